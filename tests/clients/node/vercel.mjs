// The Vercel AI SDK: its default (responses), its chat models, and the provider for compatible servers.
// As `vercel.mjs 7` it is the SDK's seventh version, else the sixth.
const suffix = (version) => (process.argv[2] === "7" ? `-${version}` : "");
const { generateText, streamText } = await import(`ai${suffix(7)}`);
const { createOpenAI } = await import(`@ai-sdk/openai${suffix(4)}`);
const { createOpenAICompatible } = await import(`@ai-sdk/openai-compatible${suffix(3)}`);

const baseURL = process.env.FOOTNOTE_BASE_URL;
const prompt = "How long does parental leave last?";
const openai = createOpenAI({ baseURL, apiKey: "any" });
const tools = { file_search: openai.tools.fileSearch({ vectorStoreIds: [process.env.FOOTNOTE_STORE_ID] }) };

const responses = await generateText({ model: openai("gpt-5.4-mini"), prompt, tools });
const streamed = streamText({ model: openai("gpt-5.4-mini"), prompt, tools });
const chat = await generateText({ model: openai.chat("gpt-5.4-mini@hr"), prompt });
const compatible = createOpenAICompatible({ name: "footnote", baseURL, apiKey: "any" });
const plain = await generateText({ model: compatible("gpt-5.4-mini@hr"), prompt });

const answers = [responses.text, await streamed.text, chat.text, plain.text];
if (new Set(answers).size !== 1) throw new Error(`the answers differ: ${JSON.stringify(answers)}`);
if (chat.sources[0]?.url === undefined) throw new Error("a chat's source has no address");
console.log(JSON.stringify({ answer: responses.text, sources: responses.sources.map((source) => source.filename) }));
