// How much of what is being fetched has come.

/** `fetch`, telling `(loaded, expected)` in bytes as they come; `sizes` has what each file will be. */
export function counted(fetch, sizes, tell) {
  let loaded = 0;
  let expected = 0;
  return async (resource, options) => {
    const name = new URL(resource.url ?? resource, "http://nowhere/").pathname.split("/").pop();
    expected += sizes[name] ?? 0;
    const response = await fetch(resource, options);
    if (!response.body || !(name in sizes)) return response;
    const counter = new TransformStream({
      transform(chunk, controller) {
        loaded += chunk.byteLength;
        tell(loaded, expected);
        controller.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(counter), { status, statusText, headers });
  };
}

/** Bytes in words. */
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
