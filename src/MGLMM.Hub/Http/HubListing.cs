using System.Text.Json;
using System.Text.RegularExpressions;

namespace MGLMM.Hub.Http;

/// <summary>Reads a hub's listings, leniently: what is missing or of another kind is not known.</summary>
internal static partial class HubListing
{
    private const int MostFiles = 100_000;

    /// <summary>The files of a model's description.</summary>
    public static List<HubFile> Siblings(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("siblings", out JsonElement siblings) && siblings.ValueKind == JsonValueKind.Array
            ? [.. siblings.EnumerateArray().Take(MostFiles).Select(entry => File(entry, "rfilename", "blobId")).OfType<HubFile>()]
            : [];

    /// <summary>The files of one page of a tree.</summary>
    public static List<HubFile> Tree(JsonElement root) => root.ValueKind == JsonValueKind.Array
        ? [.. root.EnumerateArray().Take(MostFiles).Where(entry => Text(entry, "type") is null or "file").Select(entry => File(entry, "path", "oid")).OfType<HubFile>()]
        : [];

    /// <summary>Two listings of the same files, each of which may know what the other does not.</summary>
    public static List<HubFile> Merge(IReadOnlyList<HubFile> one, IReadOnlyList<HubFile> other)
    {
        Dictionary<string, HubFile> merged = one.ToDictionary(file => file.Path, StringComparer.Ordinal);
        foreach (HubFile file in other)
        {
            merged[file.Path] = merged.TryGetValue(file.Path, out HubFile? known) ? known with { Length = known.Length ?? file.Length, Hash = known.Hash ?? file.Hash } : file;
        }

        return [.. merged.Values];
    }

    /// <summary>The licence of a model's card.</summary>
    public static string? Licence(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("cardData", out JsonElement card) || card.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        string? licence = Text(card, "license_name") ?? Text(card, "license");
        if (licence is null && card.TryGetProperty("license", out JsonElement several) && several.ValueKind == JsonValueKind.Array)
        {
            licence = string.Join(", ", several.EnumerateArray().Where(entry => entry.ValueKind == JsonValueKind.String).Select(entry => entry.GetString()));
        }

        return string.IsNullOrWhiteSpace(licence) ? null : licence;
    }

    /// <summary>The next page, where an answer names one.</summary>
    public static Uri? NextPage(HttpResponseMessage response, Uri uri)
    {
        string links = response.Headers.TryGetValues("Link", out IEnumerable<string>? values) ? string.Join(',', values) : string.Empty;
        return NextLink().Match(links) is { Success: true } match && Uri.TryCreate(uri, match.Groups["address"].Value, out Uri? next) ? next : null;
    }

    /// <summary>A text member; null where there is none.</summary>
    public static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static HubFile? File(JsonElement entry, string pathName, string blobName)
    {
        if (Text(entry, pathName) is not { } path || !IsPlain(path))
        {
            return null;
        }

        long? length = Number(entry, "size");
        string? hash = ContentHash.Normalize(Text(entry, blobName));
        if (entry.TryGetProperty("lfs", out JsonElement lfs) && lfs.ValueKind == JsonValueKind.Object)
        {
            // The blob is the pointer's, not the file's.
            hash = ContentHash.Normalize(Text(lfs, "sha256") ?? Text(lfs, "oid"));
            length = Number(lfs, "size") ?? length;
        }

        return new HubFile(path, length, hash);
    }

    private static long? Number(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= 0 ? number : null;

    /// <summary>Whether a name can be a path below a folder on every system.</summary>
    private static bool IsPlain(string path) =>
        path.Length is > 0 and < 1024 && path.AsSpan().IndexOfAny("\\:\0") < 0 && !path.Any(char.IsControl) && path.Split('/').All(part => part is not ("" or "." or ".."));

    [GeneratedRegex("<(?<address>[^>]+)>\\s*;[^,]*\\brel=\"?next\"?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NextLink();
}
