/** Sending a file with its progress, and keeping it at hand until the server has it. */

/** A line that moves nothing for this long is given up. */
const STALLED_MS = 60_000;
const DISK = "pharos-files";
const address = (clientId) => `/${DISK}/${clientId}`;

/** Files of this page; the disk has only those on their way, for after a reload. */
const inMemory = new Map();

export function keepFile(clientId, blob) {
  inMemory.set(clientId, blob);
  onDisk((disk) => disk.put(address(clientId), new Response(blob)));
}

export async function fileOf(clientId) {
  return inMemory.get(clientId) ?? (await onDisk((disk) => disk.match(address(clientId))))?.blob();
}

export function settleFile(clientId) {
  onDisk((disk) => disk.delete(address(clientId)));
}

export function forgetFiles() {
  inMemory.clear();
  globalThis.caches?.delete(DISK);
}

/** A browser that keeps nothing on disk only loses a file at a reload. */
async function onDisk(use) {
  try {
    return await use(await caches.open(DISK));
  } catch {
    return undefined;
  }
}

/** Post a file; unlike fetch(), XMLHttpRequest says how far it is. Rejects on trouble, stalling and the signal. */
export function upload(url, { blob, headers, onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    const abort = () => call.abort();
    let guard = setTimeout(abort, STALLED_MS);
    const moved = () => {
      clearTimeout(guard);
      guard = setTimeout(abort, STALLED_MS);
    };
    call.open("POST", url);
    for (const [name, value] of Object.entries(headers)) call.setRequestHeader(name, value);
    call.upload.onprogress = ({ loaded, total }) => (moved(), onProgress(total ? loaded / total : 0));
    call.onload = () => resolve(asResponse(call));
    call.onerror = call.onabort = () => reject(new Error(`${url}: no answer`));
    call.onloadend = () => (clearTimeout(guard), signal.removeEventListener("abort", abort));
    signal.addEventListener("abort", abort);
    if (signal.aborted) reject(new Error(`${url}: cancelled`));
    else call.send(blob);
  });
}

function asResponse(call) {
  const wait = call.getResponseHeader("Retry-After");
  return new Response(call.responseText, { status: call.status, headers: wait ? { "Retry-After": wait } : {} });
}
