using System.Globalization;

namespace MGLMM.Planning.Steps;

/// <summary>Small numbers, in words or digits.</summary>
internal static class NumberWords
{
    /// <summary>All number words from one to ten, as alternatives of a regular expression.</summary>
    public const string Words = "one|two|three|four|five|six|seven|eight|nine|ten";

    private static readonly string[] Known = ["zero", .. Words.Split('|')];

    /// <summary>The number that a word or digits stand for; null where they are none.</summary>
    public static int? Of(string said) =>
        Array.IndexOf(Known, said.ToLowerInvariant()) is var at and >= 0 ? at
        : int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out int digits) ? digits : null;
}
