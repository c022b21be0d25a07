using System.Globalization;

namespace MGLMM.Cli.Commands;

/// <summary>Boxes on the command line: <c>x1,y1,x2,y2;x1,y1,x2,y2</c> in pixels of the picture, an empty text for none.</summary>
internal static class RegionArguments
{
    private const int Corners = 4;

    private const string Token = "<bbox>";

    /// <summary>The boxes of each turn; turns behind the last that was given have none.</summary>
    /// <exception cref="ArgumentException">A text is no list of boxes, or there are more of them than turns.</exception>
    public static IReadOnlyList<RegionBox>[] Parse(IReadOnlyList<string> arguments, int turns) => arguments.Count <= turns
        ? [.. Enumerable.Range(0, turns).Select(turn => turn < arguments.Count ? Parse(arguments[turn]) : [])]
        : throw new ArgumentException($"--regions was given {arguments.Count} times for {turns} turn{(turns == 1 ? string.Empty : "s")}. Give it once per turn at most, several boxes apart by ';'.");

    /// <summary>What is odd about boxes that the model takes all the same, a sentence each.</summary>
    public static IEnumerable<string> Oddities(IReadOnlyList<RegionBox> boxes, RgbImage picture)
    {
        foreach (RegionBox box in boxes)
        {
            if (box.Left == box.Right || box.Top == box.Bottom)
            {
                yield return $"the box {box} is empty";
            }
            else if (box.Left > box.Right || box.Top > box.Bottom)
            {
                yield return $"the corners of the box {box} are swapped";
            }

            if (Math.Max(box.Left, box.Right) <= 0 || Math.Max(box.Top, box.Bottom) <= 0 || Math.Min(box.Left, box.Right) >= picture.Width || Math.Min(box.Top, box.Bottom) >= picture.Height)
            {
                yield return $"the box {box} lies outside the picture of {picture.Width} x {picture.Height} pixels";
            }
            else if (Math.Min(box.Left, box.Right) < 0 || Math.Min(box.Top, box.Bottom) < 0 || Math.Max(box.Left, box.Right) > picture.Width || Math.Max(box.Top, box.Bottom) > picture.Height)
            {
                yield return $"the box {box} reaches beyond the picture of {picture.Width} x {picture.Height} pixels";
            }
        }
    }

    /// <summary>What is odd about a turn's boxes and the <c>&lt;bbox&gt;</c> of its whole dialogue, of which the model makes something all the same; null if nothing is.</summary>
    public static string? Mismatch(string prompt, IReadOnlyList<RegionBox> boxes)
    {
        int tokens = prompt.AsSpan().Count(Token);
        return (tokens, boxes.Count) switch
        {
            _ when tokens == boxes.Count => null,
            ( > 0, 0) => $"the dialogue holds {Token} but was given no boxes in this turn; it is a word like others then",
            ( > 1, 1) => $"the one box serves all {tokens} {Token} of the dialogue",
            _ => $"the dialogue holds {tokens} {Token} but was given {boxes.Count} box{(boxes.Count == 1 ? string.Empty : "es")}; what is over has no effect",
        };
    }

    private static RegionBox[] Parse(string argument) =>
        string.IsNullOrWhiteSpace(argument) ? [] : [.. argument.Split(';').Select(ParseBox)];

    private static RegionBox ParseBox(string text)
    {
        string[] parts = text.Split(',');
        double[] numbers = new double[Corners];
        for (int index = 0; index < Corners; index++)
        {
            if (parts.Length != Corners
                || !double.TryParse(parts[index], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[index])
                || !double.IsFinite(numbers[index]))
            {
                throw new ArgumentException($"'{text}' in --regions is no box. A box is x1,y1,x2,y2 in pixels of the picture, as in \"10,20,110.5,90\"; several are apart by ';'.");
            }
        }

        return new RegionBox(numbers[0], numbers[1], numbers[2], numbers[3]);
    }
}
