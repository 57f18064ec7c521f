// The stock openai-node client through the shelves: prints one JSON report of what it saw.
import OpenAI, { toFile } from "openai";

const client = new OpenAI({ baseURL: process.argv[2], apiKey: "any", maxRetries: 0 });
const text = (name, words) => toFile(Buffer.from(words), name);
const report = {};

const store = await client.vectorStores.create({ name: "node", metadata: { team: "hr" } });
const file = await client.files.create({
  file: await text("leave.txt", "Parental leave lasts nine months."),
  purpose: "assistants",
});
report.attached = (
  await client.vectorStores.files.createAndPoll(store.id, {
    file_id: file.id,
    attributes: { year: 2026 },
  })
).status;
const meals = await client.vectorStores.files.uploadAndPoll(
  store.id,
  await text("meals.txt", "Dinner costs up to 40 euros."),
);
report.uploaded = meals.status;
const batch = await client.vectorStores.fileBatches.uploadAndPoll(store.id, {
  files: await Promise.all([1, 2, 3].map((n) => text(`${n}.txt`, `Fact number ${n} is a fact.`))),
});
report.batch = batch.file_counts;

const search = (query, more = {}) => client.vectorStores.search(store.id, { query, ...more });
const found = await search("How long is parental leave?");
report.found = found.data[0].filename;
report.scores = found.data.map((result) => result.score);
const only2026 = { type: "eq", key: "year", value: 2026 };
report.filtered = (await search("fact", { filters: only2026 })).data.map((result) => result.filename);
await client.vectorStores.files.update(meals.id, { vector_store_id: store.id, attributes: { year: 2026 } });
report.edited = (await search("fact", { filters: only2026 })).data.map((result) => result.filename).sort();

report.paged = [];
for await (const entry of client.vectorStores.files.list(store.id, { limit: 1, order: "asc" })) {
  report.paged.push(entry.id);
}
report.content = (await client.vectorStores.files.content(file.id, { vector_store_id: store.id })).data[0].text;
report.bytes = await (await client.files.content(file.id)).text();

const stream = await client.chat.completions.create({
  model: "gpt-4o@node",
  stream: true,
  messages: [{ role: "user", content: "How long is parental leave?" }],
});
report.answer = "";
for await (const chunk of stream) {
  const delta = chunk.choices[0]?.delta ?? {};
  report.answer += delta.content ?? "";
  report.annotations = delta.annotations ?? report.annotations;
}

await client.vectorStores.files.delete(meals.id, { vector_store_id: store.id });
report.left = (await client.vectorStores.retrieve(store.id)).file_counts.total;
report.deleted = (await client.vectorStores.delete(store.id)).deleted && (await client.files.delete(file.id)).deleted;
try {
  await client.vectorStores.retrieve(store.id);
} catch (error) {
  report.gone = error.status;
}
console.log(JSON.stringify(report));
