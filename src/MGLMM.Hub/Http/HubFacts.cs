using System.Globalization;
using System.Net;

namespace MGLMM.Hub.Http;

/// <summary>What the hub itself says of a file in its headers, before it sends the reader elsewhere.</summary>
/// <param name="Commit">The commit that the file is of.</param>
/// <param name="Hash">Its hash, in lower case; null where the tag is something else.</param>
/// <param name="Length">Its size.</param>
internal readonly record struct HubFacts(string? Commit, string? Hash, long? Length)
{
    /// <summary>Adds what one answer of the hub says.</summary>
    public HubFacts With(HttpResponseMessage response)
    {
        string? linked = Header(response, "X-Linked-Etag") ?? response.Headers.ETag?.Tag ?? Header(response, "ETag");
        long? length = long.TryParse(Header(response, "X-Linked-Size"), NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size : null;
        if (length is null && response.StatusCode == HttpStatusCode.OK)
        {
            length = response.Content.Headers.ContentLength;
        }

        return new HubFacts(
            Header(response, "X-Repo-Commit") ?? Commit,
            ContentHash.Normalize(linked) ?? Hash,
            length ?? response.Content.Headers.ContentRange?.Length ?? Length);
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
}
