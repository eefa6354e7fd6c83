/* Verifies receipts of an Amur ledger where the reader is: in a browser, or in Node. Nothing is sent anywhere.
 *
 * The format is docs/explanation/ledger-format.md; tests/ledger/vectors.json holds what every implementation must
 * agree on. No dependency: SHA-256, SHA-512 and Ed25519 come from WebCrypto, SM3 and SM2 are written out below, since
 * browsers have none. A step's `ok` is true, false, or null for "not checked", and its detail then says why.
 */

const utf8 = new TextEncoder();
const FIELDS = ["act", "body", "happened_at", "kind", "log", "previous", "recorded_at", "sequence", "subject"];
const HEAD_FIELDS = ["key", "log", "made_at", "origin", "previous", "root", "size", "suite"];
const SUITES = { "ed25519+sha256": "sha256", "sm2+sm3": "sm3" };
const LOGS = { "amur/1/sha256": "sha256", "amur/1/sm3": "sm3" };

/* Bytes */

export function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error(`found ${text.slice(0, 20)}, not hexadecimal`);
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function join(...parts) {
  const bytes = parts.map((part) => (typeof part === "string" ? utf8.encode(part) : Uint8Array.from(part)));
  const whole = new Uint8Array(bytes.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of bytes) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/* Canonical form: RFC 8785 without floats. JavaScript's own string order is that of UTF-16 code units. */

export function canonical(value) {
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Error(`found ${value}, no safe integer`);
  if (typeof value === "string" && /[\ud800-\udfff]/u.test(value)) throw new Error("found a lone surrogate");
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${canonical(key)}:${canonical(value[key])}`).join(",")}}`;
}

/* The object in a canonical text with exactly these fields, or null. */
function parse(text, fields) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const fits = value !== null && typeof value === "object" && Object.keys(value).join() === fields.join();
  return fits && canonical(value) === text && /^[\x00-\x7f]*$/.test(text) ? value : null;
}

/* Hashes */

const rotate = (word, by) => (word << by % 32) | (word >>> (32 - (by % 32)));

function expand(block) {
  const words = Array.from({ length: 16 }, (_, at) => block.getUint32(4 * at));
  for (let j = 16; j < 68; j += 1) {
    const x = words[j - 16] ^ words[j - 9] ^ rotate(words[j - 3], 15);
    words.push(x ^ rotate(x, 15) ^ rotate(x, 23) ^ rotate(words[j - 13], 7) ^ words[j - 6]);
  }
  return words;
}

function compress(state, words) {
  let [a, b, c, d, e, f, g, h] = state;
  for (let j = 0; j < 64; j += 1) {
    const turned = rotate(a, 12);
    const one = rotate((turned + e + rotate(j < 16 ? 0x79cc4519 : 0x7a879d8a, j)) | 0, 7);
    const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
    const first = (ff + d + (one ^ turned) + (words[j] ^ words[j + 4])) | 0;
    const second = (gg + h + one + words[j]) | 0;
    [d, c, b, a] = [c, rotate(b, 9), a, first];
    [h, g, f, e] = [g, rotate(f, 19), e, second ^ rotate(second, 9) ^ rotate(second, 17)];
  }
  return [a, b, c, d, e, f, g, h].map((word, at) => word ^ state[at]);
}

/* SM3, GB/T 32905. */
export function sm3(data) {
  const padded = new Uint8Array(64 * Math.ceil((data.length + 9) / 64));
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(data.length) * 8n);
  let state = [
    0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
  ];
  for (let at = 0; at < padded.length; at += 64) {
    state = compress(state, expand(new DataView(padded.buffer, at, 64)));
  }
  const result = new DataView(new ArrayBuffer(32));
  state.forEach((word, at) => result.setUint32(4 * at, word >>> 0));
  return new Uint8Array(result.buffer);
}

export async function digest(name, data) {
  if (name === "sm3") return sm3(data);
  return new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", data));
}

export function commitment(name, part, salt, value) {
  return digest(name, join(`amur/1/${part}\0`, salt, canonical(value)));
}

/* The Merkle log of RFC 9162 */

export const leafHash = (name, header) => digest(name, join([0], header));
const nodeHash = (name, left, right) => digest(name, join([1], left, right));

function split(width) {
  let half = 1;
  while (half * 2 < width) half *= 2;
  return half;
}

export async function root(name, leaves) {
  if (leaves.length === 0) return digest(name, new Uint8Array());
  if (leaves.length === 1) return leaves[0];
  const middle = split(leaves.length);
  return nodeHash(name, await root(name, leaves.slice(0, middle)), await root(name, leaves.slice(middle)));
}

/* The root that an inclusion path leads to, or null if the path has another shape. */
export async function rootByPath(name, leaf, index, size, path) {
  if (size <= 1 || path.length === 0) return index === 0 && size === 1 && path.length === 0 ? leaf : null;
  const [middle, side, rest] = [split(size), path[path.length - 1], path.slice(0, -1)];
  if (index < middle) {
    const node = await rootByPath(name, leaf, index, middle, rest);
    return node && nodeHash(name, node, side);
  }
  const node = await rootByPath(name, leaf, index - middle, size - middle, rest);
  return node && nodeHash(name, side, node);
}

/* The old and the new root that a consistency path leads to, or null. */
export async function rootsByPath(name, old, oldRoot, size, path, whole = true) {
  if (old === size) {
    const known = whole ? [...path, oldRoot] : path;
    return known.length === 1 ? [known[0], known[0]] : null;
  }
  if (!(old > 0 && old < size) || path.length === 0) return null;
  const [middle, side, rest] = [split(size), path[path.length - 1], path.slice(0, -1)];
  if (old <= middle) {
    const inner = await rootsByPath(name, old, oldRoot, middle, rest, whole);
    return inner && [inner[0], await nodeHash(name, inner[1], side)];
  }
  const inner = await rootsByPath(name, old - middle, oldRoot, size - middle, rest, false);
  return inner && Promise.all(inner.map((node) => nodeHash(name, side, node)));
}

/* Signatures */

const Q = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const G = [
  0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
];
const modulo = (number) => ((number % Q) + Q) % Q;
const toNumber = (bytes) => BigInt(`0x${toHex(bytes) || "0"}`);
const toBytes = (number) => fromHex(number.toString(16).padStart(64, "0"));

function inverse(number) {
  let [a, b, x, y] = [modulo(number), Q, 1n, 0n];
  while (b) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return modulo(x);
}

function add(p, q) {
  if (!p || !q) return p ?? q;
  const same = p[0] === q[0];
  if (same && modulo(p[1] + q[1]) === 0n) return null;
  const slope = modulo(
    same ? 3n * (p[0] * p[0] - 1n) * inverse(2n * p[1]) : (q[1] - p[1]) * inverse(q[0] - p[0]),
  );
  const x = modulo(slope * slope - p[0] - q[0]);
  return [x, modulo(slope * (p[0] - x) - p[1])];
}

function times(number, point) {
  let sum = null;
  for (let [rest, power] = [number, point]; rest > 0n; rest >>= 1n, power = add(power, power)) {
    if (rest & 1n) sum = add(sum, power);
  }
  return sum;
}

/* SM2, GB/T 32918.2, with the default user id. */
export function sm2Verify(key, message, signature) {
  const [x, y] = [toNumber(key.slice(0, 32)), toNumber(key.slice(32))];
  const [r, s] = [toNumber(signature.slice(0, 32)), toNumber(signature.slice(32))];
  if (x >= Q || y >= Q || modulo(y * y - x ** 3n + 3n * x - B) !== 0n) return false;
  if (r < 1n || r >= N || s < 1n || s >= N || (r + s) % N === 0n) return false;
  const z = sm3(join([0, 128], "1234567812345678", ...[Q - 3n, B, ...G].map(toBytes), key));
  const point = add(times(s, G), times((r + s) % N, [x, y]));
  return point !== null && (toNumber(sm3(join(z, message))) + point[0]) % N === r;
}

/* True, false, or null where this browser cannot check. */
export async function verifySignature(suite, key, message, signature) {
  if (signature.length !== 64 || key.length !== (suite === "sm2+sm3" ? 64 : 32)) return false;
  if (suite === "sm2+sm3") return sm2Verify(key, message, signature);
  let imported;
  try {
    imported = await globalThis.crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  } catch (error) {
    if (error.name === "NotSupportedError") return null;
    return false;
  }
  return globalThis.crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
}

/* The receipt */

async function checkDisclosed(step, name, header, disclosed) {
  for (const part of ["act", "body"]) {
    const shown = disclosed[part];
    if (!shown) continue;
    const salt = fromHex(shown.salt);
    const found = toHex(await commitment(name, part, salt, shown.value));
    const ok = salt.length === 32 && found === header[part];
    step(part, ok, ok ? "it is what was recorded" : "it is not what was recorded");
  }
}

async function checkHead(step, published, trustedKeys) {
  const head = parse(published.body, HEAD_FIELDS);
  const known = head !== null && LOGS[head.log] !== undefined && SUITES[head.suite] === LOGS[head.log];
  step("checkpoint", known, known ? `${head.size} entries, signed at ${head.made_at}` : "not a checkpoint");
  if (!known) return null;
  const key = fromHex(published.public_key);
  const fits = toHex(await digest(LOGS[head.log], key)).slice(0, 32) === head.key;
  const trusted = trustedKeys === undefined ? null : trustedKeys.includes(published.public_key);
  const said = trusted === null ? "not checked: compare it with the published key" : "compared with the published keys";
  step("key", fits ? trusted : false, fits ? `${head.key}; ${said}` : "the key is not the one that is named");
  const holds = await verifySignature(head.suite, key, utf8.encode(published.body), fromHex(published.signature));
  const unable = "not checked: this browser lacks Ed25519";
  step("signature", holds, holds === null ? unable : holds ? "it holds" : "it does not hold");
  return head;
}

/* A document with its receipt: does it say what its entry commits to? */
async function checkDocument(step, { number, content, salt, receipt }, trustedKeys) {
  const header = parse(receipt.header, FIELDS);
  const body = receipt.disclosed.body.value;
  const found = toHex(await commitment(LOGS[header?.log] ?? "sha256", "document", fromHex(salt), content));
  const ok = salt.length === 64 && found === body.says && number === body.document_number;
  step("document", ok, ok ? `${number}, content ${found}` : "it is not what the entry commits to");
  await check(step, receipt, trustedKeys);
}

async function check(step, receipt, trustedKeys) {
  if (receipt.format === "amur-document/1") return checkDocument(step, receipt, trustedKeys);
  const header = receipt.format === "amur-receipt/1" ? parse(receipt.header, FIELDS) : null;
  const known = header !== null && LOGS[header.log] !== undefined;
  step("entry", known, known ? `${header.kind}, ${header.subject}, recorded at ${header.recorded_at}` : "not an entry");
  if (!known) return;
  const name = LOGS[header.log];
  await checkDisclosed(step, name, header, receipt.disclosed ?? {});
  const head = await checkHead(step, receipt.checkpoint, trustedKeys);
  if (!head) return;
  const leaf = await leafHash(name, receipt.header);
  const found = await rootByPath(name, leaf, receipt.index, head.size, receipt.path.map(fromHex));
  const leads = found !== null && toHex(found) === head.root && head.log === header.log;
  step("path", leads, leads ? `entry ${receipt.index} of ${head.size}` : "it does not lead to the signed root");
}

/* Verify a receipt. `ok` is true if the path was walked and no step failed; `complete` if none was left unchecked. `trustedKeys` are
 * public keys, in hexadecimal, as published where the reader trusts them.
 */
export async function verifyReceipt(receipt, { trustedKeys } = {}) {
  const steps = [];
  const step = (id, ok, detail) => steps.push({ id, ok, detail });
  if (!globalThis.crypto?.subtle) {
    step("browser", null, "not checked: this browser has no cryptography on a page without HTTPS");
    return { steps, ok: false, complete: false };
  }
  try {
    await check(step, receipt, trustedKeys);
  } catch (error) {
    step("form", false, `this is not a receipt: ${error.message}`);
  }
  const reached = steps.some(({ id, ok }) => id === "path" && ok);
  return { steps, ok: reached && steps.every(({ ok }) => ok !== false), complete: steps.every(({ ok }) => ok !== null) };
}
