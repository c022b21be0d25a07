using System.Text;

namespace MGLMM.Data.Text;

/// <summary>A text addressed by code points, as Python counts them and as the spans of data sets mean it. Immutable.</summary>
/// <param name="text">The text.</param>
internal sealed class CodePoints(string text)
{
    private readonly int[]? _starts = text.Any(char.IsSurrogate) ? Starts(text) : null;

    /// <summary>The text itself.</summary>
    public string Text => text;

    /// <summary>How many code points there are.</summary>
    public int Length => _starts is null ? text.Length : _starts.Length - 1;

    /// <summary>The code points from one to before another; both are moved into the text where they lie outside.</summary>
    public string this[int start, int end]
    {
        get
        {
            start = Math.Clamp(start, 0, Length);
            end = Math.Clamp(end, start, Length);
            return _starts is null ? text[start..end] : text[_starts[start].._starts[end]];
        }
    }

    /// <summary>Where a name stands first as words of its own, in code points; null where it does not.</summary>
    public (int Start, int End)? Find(string name)
    {
        foreach ((int start, int end) in WholeWords.Of(text, name, StringComparison.Ordinal))
        {
            return (IndexOf(start), IndexOf(end));
        }

        return null;
    }

    /// <summary>How many code points a text has.</summary>
    public static int CountOf(string text) => text.Any(char.IsSurrogate) ? Starts(text).Length - 1 : text.Length;

    private int IndexOf(int at) => _starts is null ? at : Array.BinarySearch(_starts, at) is var index && index >= 0 ? index : ~index;

    private static int[] Starts(string text)
    {
        List<int> starts = new();
        for (int at = 0; at < text.Length;)
        {
            starts.Add(at);
            at += Rune.TryGetRuneAt(text, at, out Rune rune) ? rune.Utf16SequenceLength : 1;
        }

        starts.Add(text.Length);
        return [.. starts];
    }
}
