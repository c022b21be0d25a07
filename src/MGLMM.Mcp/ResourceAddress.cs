using System.Diagnostics.CodeAnalysis;

namespace MGLMM.Mcp;

/// <summary>
/// The address of something in a workspace: <c>mglmm://artifact/a1</c> or <c>mglmm://image/img1</c>, with <c>?conversation=...</c> where there
/// may be several.
/// </summary>
internal sealed record ResourceAddress(string Kind, string Handle, string? Conversation)
{
    public const string Artifact = "artifact";
    public const string Image = "image";

    private const string Scheme = "mglmm://";
    private const string Query = "?conversation=";
    private const int MostCharacters = 500;

    public static ResourceAddress OfArtifact(string handle, string? conversation) => new(Artifact, handle, conversation);

    public static ResourceAddress OfImage(string handle, string? conversation) => new(Image, handle, conversation);

    /// <summary>The template (RFC 6570) that the addresses of a kind are made by.</summary>
    public static string TemplateOf(string kind, bool withConversation) => $"{Scheme}{kind}/{{handle}}{(withConversation ? "{?conversation}" : string.Empty)}";

    public static bool TryParse(string? text, [NotNullWhen(true)] out ResourceAddress? address)
    {
        address = null;
        if (text is null || text.Length > MostCharacters || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        string rest = text[Scheme.Length..];
        string? conversation = null;
        if (rest.IndexOf(Query, StringComparison.Ordinal) is >= 0 and var at)
        {
            conversation = Uri.UnescapeDataString(rest[(at + Query.Length)..]);
            rest = rest[..at];
        }

        if (rest.Split('/') is not [var kind, { Length: > 0 } handle] || kind is not (Artifact or Image))
        {
            return false;
        }

        address = new ResourceAddress(kind, Uri.UnescapeDataString(handle), conversation);
        return true;
    }

    public override string ToString() => $"{Scheme}{Kind}/{Handle}{(Conversation is null ? string.Empty : Query + Uri.EscapeDataString(Conversation))}";
}
