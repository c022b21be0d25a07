using System.Globalization;

namespace MGLMM.Vision.Contents;

/// <summary>How handles are written: a prefix that tells the kind, and a number from 1.</summary>
internal static class Handles
{
    public const string Image = "img";
    public const string Region = "m";
    public const string Set = "s";
    public const string Artifact = "a";

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
    public static string Normalise(string handle) => handle.AsSpan().Trim(" \t\r\n[]\"'`").ToString().ToLowerInvariant();
}
