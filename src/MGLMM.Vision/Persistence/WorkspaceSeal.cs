using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MGLMM.Vision.Persistence;

/// <summary>
/// The frame of <c>workspace.json</c>: <c>{"format":"mglmm-workspace","version":2,"sha256":"...","workspace":{...}}</c>, where
/// <c>sha256</c> is that of the bytes of <c>workspace</c>. It tells damage and careless edits; it is no signature.
/// </summary>
internal static class WorkspaceSeal
{
    public const string Format = "mglmm-workspace";
    public const int Version = 2;
    public const int LongestHead = 256;

    private const int OldestVersion = 1;
    public const int DeepestJson = 16;
    public const long LargestGeneration = 1L << 53;

    /// <summary>What every file of this format begins with, whatever its version.</summary>
    public static ReadOnlySpan<byte> Beginning => "{\"format\":\"mglmm-workspace\","u8;

    /// <summary>Bytes of a file at most, by what a workspace may hold.</summary>
    public static long MostBytes(WorkspaceLimits limits)
    {
        // A compressed count takes up to 7 characters where memory takes 4 bytes; a handle in a list of sources or of a set, 16 at most.
        const long Text = 64L << 20;
        double handles = 16.0 * ((double)limits.MaximumRegions + limits.MaximumSets) * limits.MaximumRegions;
        return (long)Math.Min(Text + (2.0 * limits.MaximumMaskBytes) + handles, Array.MaxLength);
    }

    /// <summary>The file of a document.</summary>
    public static byte[] Close(ReadOnlySpan<byte> workspace)
    {
        byte[] frame = Encoding.ASCII.GetBytes(
            $"{{\"format\":\"{Format}\",\"version\":{Version},\"sha256\":\"{Convert.ToHexStringLower(SHA256.HashData(workspace))}\",\n\"workspace\":");
        byte[] file = new byte[frame.Length + workspace.Length + 2];
        frame.CopyTo(file, 0);
        workspace.CopyTo(file.AsSpan(frame.Length));
        "}\n"u8.CopyTo(file.AsSpan(frame.Length + workspace.Length));
        return file;
    }

    /// <summary>The checksum that a file says it has, from its beginning; null where it is not as <see cref="Close"/> writes it.</summary>
    public static string? HashOf(ReadOnlySpan<byte> beginning)
    {
        ReadOnlySpan<byte> before = "\"sha256\":\""u8;
        int at = beginning.IndexOf(before);
        ReadOnlySpan<byte> rest = at < 0 ? [] : beginning[(at + before.Length)..];
        int end = rest.IndexOf((byte)'"');
        return end < 0 ? null : Encoding.ASCII.GetString(rest[..end]);
    }

    /// <summary>The document of a file.</summary>
    /// <exception cref="WorkspaceFormatException">It is none, of another version, or changed.</exception>
    public static WorkspaceDocument Open(ReadOnlySpan<byte> file)
    {
        try
        {
            WorkspaceDocument document = JsonSerializer.Deserialize(Unsealed(file, out int version), WorkspaceJson.Default.WorkspaceDocument)
                ?? throw WorkspaceFormatException.Damaged("workspace.json holds nothing.");
            return (version == OldestVersion ? document.Generation is null : document.Generation is >= 1 and <= LargestGeneration)
                ? document
                : throw WorkspaceFormatException.Damaged("workspace.json has no possible generation.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NotSupportedException or FormatException)
        {
            throw WorkspaceFormatException.Damaged($"workspace.json is damaged: {exception.Message}", exception);
        }
    }

    private static ReadOnlySpan<byte> Unsealed(ReadOnlySpan<byte> file, out int opened)
    {
        Utf8JsonReader reader = new(file, new JsonReaderOptions { MaxDepth = DeepestJson });
        string? format = null;
        string? hash = null;
        int? version = null;
        Range? workspace = null;
        string? unknown = null;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw WorkspaceFormatException.Damaged("workspace.json is no JSON object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string? name = reader.GetString();
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            switch (name)
            {
                case "format" when format is null && reader.TokenType == JsonTokenType.String:
                    format = reader.GetString();
                    break;
                case "version" when version is null && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int number):
                    version = number;
                    break;
                case "sha256" when hash is null && reader.TokenType == JsonTokenType.String:
                    hash = reader.GetString();
                    break;
                case "workspace" when workspace is null && reader.TokenType == JsonTokenType.StartObject:
                    reader.Skip();
                    workspace = start..(int)reader.BytesConsumed;
                    break;
                default:
                    unknown ??= name;
                    reader.Skip();
                    break;
            }
        }

        // Nothing may follow; this throws where something does.
        reader.Read();
        if (format != Format)
        {
            throw WorkspaceFormatException.Damaged($"workspace.json is not of the format {Format}.");
        }

        if (version is not (>= OldestVersion and <= Version))
        {
            throw version is > Version
                ? new WorkspaceFormatException($"The saved workspace has version {version}, and this release reads versions up to {Version}. Load it with a newer release.")
                : WorkspaceFormatException.Damaged($"workspace.json names no version that ever was; this release reads versions {OldestVersion} to {Version}.");
        }

        opened = version.Value;

        if (unknown is not null || hash is null || workspace is null)
        {
            throw WorkspaceFormatException.Damaged($"workspace.json {(unknown is null ? "is incomplete." : $"has an unexpected '{unknown}'.")}");
        }

        ReadOnlySpan<byte> content = file[workspace.Value];
        return hash == Convert.ToHexStringLower(SHA256.HashData(content))
            ? content
            : throw WorkspaceFormatException.Damaged("workspace.json is not as it was saved: its checksum is another one.");
    }
}
