/* The second implementation against the vectors: `node tests/ledger/vectors.mjs` prints one line a failure. */

import { readFile } from "node:fs/promises";
import { createPublicKey, verify } from "node:crypto";

/* As data, so that every Node takes it for the ES module that browsers take it for, whatever package.json says. */
const source = await readFile(new URL("../../src/amur/web/static/amur/verify.js", import.meta.url));
const ledger = await import(`data:text/javascript;base64,${source.toString("base64")}`);
const vectors = JSON.parse(await readFile(new URL("vectors.json", import.meta.url), "utf8"));
let checked = 0;
const failures = [];

function same(found, expected, what) {
  checked += 1;
  if (JSON.stringify(found) !== JSON.stringify(expected)) failures.push(`${what}: found ${found}, not ${expected}`);
}

for (const { value, text } of vectors.canonical) same(ledger.canonical(value), text, "canonical form");

for (const { hash, part, salt, value, commitment } of vectors.commitments) {
  const found = await ledger.commitment(hash, part, ledger.fromHex(salt), value);
  same(ledger.toHex(found), commitment, `commitment ${hash} ${part}`);
}

for (const { hash, leaves, roots, inclusion, consistency } of vectors.trees) {
  const hashes = await Promise.all(leaves.map((leaf) => ledger.leafHash(hash, ledger.fromHex(leaf))));
  for (const [size, root] of roots.entries()) {
    same(ledger.toHex(await ledger.root(hash, hashes.slice(0, size))), root, `root ${hash} ${size}`);
  }
  for (const { index, size, path } of inclusion) {
    const bytes = path.map(ledger.fromHex);
    const found = await ledger.rootByPath(hash, hashes[index], index, size, bytes);
    same(found && ledger.toHex(found), roots[size], `inclusion ${hash} ${index} in ${size}`);
    same(await ledger.rootByPath(hash, hashes[index], index, size, [...bytes, bytes[0] ?? hashes[0]]), null, "a longer path");
  }
  for (const { old, new: size, path } of consistency) {
    const bytes = path.map(ledger.fromHex);
    const found = await ledger.rootsByPath(hash, old, ledger.fromHex(roots[old]), size, bytes);
    same(found?.map(ledger.toHex), [roots[old], roots[size]], `consistency ${hash} ${old} to ${size}`);
  }
}

async function verdict(receipt, options) {
  const { steps, ok, complete } = await ledger.verifyReceipt(receipt, options);
  return { ok, complete, failed: steps.filter((step) => step.ok === false).map((step) => step.id) };
}

function altered(receipt, change) {
  const copy = structuredClone(receipt);
  change(copy);
  return copy;
}

for (const receipt of vectors.receipts) {
  const key = receipt.checkpoint.public_key;
  same(await verdict(receipt, { trustedKeys: [key] }), { ok: true, complete: true, failed: [] }, "receipt");
  same(await verdict(receipt), { ok: true, complete: false, failed: [] }, "receipt with nothing to compare the key with");
  same((await verdict(receipt, { trustedKeys: [] })).failed, ["key"], "receipt of an unknown key");
  const wrong = (change) => verdict(altered(receipt, change)).then(({ failed }) => failed);
  same(await wrong((copy) => (copy.index = 2)), ["path"], "another index");
  same(await wrong((copy) => (copy.path = copy.path.slice(1))), ["path"], "a shorter path");
  same(await wrong((copy) => (copy.header = copy.header.replace("case:1", "case:0"))), ["path"], "another subject");
  same(await wrong((copy) => (copy.header += " ")), ["entry"], "a header that is not canonical");
  same(await wrong((copy) => (copy.disclosed.body.value.number = "1")), ["body"], "another body");
  same(await wrong((copy) => (copy.disclosed.act.value.role = "decider")), ["act"], "another act");
  same(await wrong((copy) => (copy.checkpoint.signature = "00".repeat(64))), ["signature"], "no signature");
  same(await wrong((copy) => delete copy.checkpoint), ["form"], "no checkpoint");
  same((await verdict(altered(receipt, (copy) => delete copy.disclosed))).ok, true, "nothing disclosed");
}

/* node:crypto judges WebCrypto's verdict on the signature. */
const { body, signature, public_key: key } = vectors.receipts[0].checkpoint;
const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), Buffer.from(key, "hex")]);
const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
same(verify(null, Buffer.from(body), publicKey, Buffer.from(signature, "hex")), true, "signature by node:crypto");

/* A browser without Ed25519 says so and does not call it a failure. */
const importKey = crypto.subtle.importKey;
crypto.subtle.importKey = () => Promise.reject(Object.assign(new Error("Unrecognized name."), { name: "NotSupportedError" }));
const unable = await ledger.verifyReceipt(vectors.receipts[0], { trustedKeys: [key] });
const step = unable.steps.find(({ id }) => id === "signature");
same([unable.ok, unable.complete, step.ok], [true, false, null], "a browser that lacks Ed25519");
same(step.detail, "not checked: this browser lacks Ed25519", "and says so");
crypto.subtle.importKey = importKey;

for (const failure of failures) console.log(failure);
console.log(`${checked} checked, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
