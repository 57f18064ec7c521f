// OpenAI's Agents SDK for Node: file_search, plain and streamed.
import { Agent, fileSearchTool, run, setDefaultOpenAIClient, setTracingDisabled } from "@openai/agents";
import OpenAI from "openai";

setTracingDisabled(true);
setDefaultOpenAIClient(new OpenAI({ baseURL: process.env.FOOTNOTE_BASE_URL, apiKey: "any" }));
const tools = [fileSearchTool([process.env.FOOTNOTE_STORE_ID], { includeSearchResults: true })];
const agent = new Agent({ name: "hr", model: "gpt-5.4-mini", tools });
const question = "How long does parental leave last?";

const plain = await run(agent, question);
const streamed = await run(agent, question, { stream: true });
for await (const _ of streamed);
if (streamed.finalOutput !== plain.finalOutput) throw new Error("the streamed answer differs");
const message = plain.rawResponses[0].output.find((item) => item.type === "message");
const sources = message.content[0].providerData?.annotations?.map((note) => note.filename);
if (!sources) console.log(JSON.stringify(message));
console.log(JSON.stringify({ answer: plain.finalOutput, sources }));
