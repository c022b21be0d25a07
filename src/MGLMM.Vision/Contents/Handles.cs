using System.Globalization;
using System.Text.RegularExpressions;

namespace MGLMM.Vision.Contents;

/// <summary>How handles are written: a prefix that tells the kind, and a number from 1.</summary>
internal static partial class Handles
{
    public const string Image = "img";
    public const string Region = "m";
    public const string Set = "s";
    public const string Artifact = "a";

    /// <summary>What may stand around a handle without changing what it says.</summary>
    private const string Around = " \t\r\n[]\"'`";

    public static string Of(string prefix, int number) => prefix + number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number of a handle as <see cref="Of"/> writes it; 0 if it is none.</summary>
    public static int NumberOf(string handle, string prefix) =>
        handle.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(handle.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && number >= 1
        && handle == Of(prefix, number)
            ? number
            : 0;

    /// <summary>A handle as callers write it: case, white space, quotes and square brackets around it do not matter.</summary>
    public static string Normalise(string handle) => handle.AsSpan().Trim(Around).ToString().ToLowerInvariant();

    /// <summary>Whether a word is written as a handle.</summary>
    public static bool Is(string word) => Handle().IsMatch(word);

    /// <summary>A picture's name that nobody takes for a handle, which would come before it: <c>picture-img1</c> for <c>img1</c>, others as they are.</summary>
    public static string Unlike(string name) => Is(Normalise(name)) ? $"picture-{name.AsSpan().Trim(Around)}" : name;

    [GeneratedRegex(@"^(?:img|m|s|a)\d{1,10}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Handle();
}
