// OpenAI's SDK for Node: responses with file_search, chats plain and streamed, embeddings and a search.
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.env.FOOTNOTE_BASE_URL, apiKey: "any" });
const input = "How long does parental leave last?";
const storeId = process.env.FOOTNOTE_STORE_ID;
const tools = [{ type: "file_search", vector_store_ids: [storeId] }];
const messages = [{ role: "user", content: input }];

const response = await client.responses.create({ model: "gpt-5.4-mini", input, tools });
const streamed = await client.responses.stream({ model: "gpt-5.4-mini", input, tools }).finalResponse();
const chat = await client.chat.completions.create({ model: "gpt-5.4-mini@hr", messages });
const deltas = await client.chat.completions.create({ model: "gpt-5.4-mini@hr", messages, stream: true });
let text = "";
for await (const chunk of deltas) text += chunk.choices[0]?.delta.content ?? "";
const answers = [response.output_text, streamed.output_text, chat.choices[0].message.content, text];
if (new Set(answers).size !== 1) throw new Error(`the answers differ: ${JSON.stringify(answers)}`);

const vectors = await client.embeddings.create({ model: "text-embedding-3-small", input: ["a", "b"] });
if (vectors.data[1].embedding.length !== 1536) throw new Error("embeddings have another width");
const found = await client.vectorStores.search(storeId, { query: input });
if (!found.data[0].content[0].text.includes("nine months")) throw new Error("the passage was not found");
const [annotation] = response.output.at(-1).content[0].annotations;
console.log(JSON.stringify({ answer: response.output_text, sources: [annotation.filename, found.data[0].filename] }));
