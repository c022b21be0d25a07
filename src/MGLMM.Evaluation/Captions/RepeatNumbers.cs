using System.Text.RegularExpressions;

namespace MGLMM.Evaluation.Captions;

/// <summary>The numbers by which answers tell things of one kind apart: <c>person-1</c>, <c>person-2</c>.</summary>
internal static partial class RepeatNumbers
{
    /// <summary>The words with the number taken off the last one; null where it has none.</summary>
    public static string[]? Without(ReadOnlySpan<string> words) =>
        words is [.. var before, var last] && Number().Match(last) is { Success: true } number ? [.. before, last[..number.Index]] : null;

    [GeneratedRegex("(?<=.)-[0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
