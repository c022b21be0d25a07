namespace MGLMM.Hub.StandIn;

/// <summary>A request as it came.</summary>
/// <param name="Method">GET or HEAD.</param>
/// <param name="Path">The path, with its query, not decoded.</param>
/// <param name="Headers">By name, whatever its case.</param>
/// <param name="IsStore">Whether the second host was asked.</param>
internal sealed record StandInRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, bool IsStore)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>The first byte of a range; null without one.</summary>
    public long? From => Header("Range") is { } range ? long.Parse(range["bytes=".Length..].Split('-')[0], System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>The last byte of a range; null for the end.</summary>
    public long? To => Header("Range") is { } range && range.Split('-')[1] is { Length: > 0 } to ? long.Parse(to, System.Globalization.CultureInfo.InvariantCulture) : null;
}
