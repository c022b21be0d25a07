using System.Collections.Frozen;
using SkiaSharp;

namespace MGLMM.Imaging;

/// <summary>
/// A font of our own for machines without one: printable ASCII as strokes with round ends. Anything else is a box.
/// </summary>
/// <remarks>
/// A glyph is a list of strokes, a stroke a list of points, a point two digits: column and row of a grid on which capitals reach
/// from row 0 to the baseline, row 6, small letters begin at row 2, and descenders end at row 8.
/// </remarks>
internal static class StrokeFont
{
    private const float RowsPerEm = 8f;
    private const float BaselineRow = 6f;
    private const float Gap = 1.6f; // between glyphs, in columns
    private const float SpaceColumns = 1.4f;
    private const string Box = "00 40 46 06 00";

    private static readonly FrozenDictionary<char, string> Glyphs = new Dictionary<char, string>
    {
        ['A'] = "06 20 46,14 34",
        ['B'] = "00 06 36 45 44 33 03,00 30 41 42 33",
        ['C'] = "41 30 10 01 05 16 36 45",
        ['D'] = "00 06 26 44 42 20 00",
        ['E'] = "40 00 06 46,03 33",
        ['F'] = "40 00 06,03 33",
        ['G'] = "41 30 10 01 05 16 36 45 43 23",
        ['H'] = "00 06,40 46,03 43",
        ['I'] = "00 20,10 16,06 26",
        ['J'] = "30 35 26 16 05",
        ['K'] = "00 06,40 03 46",
        ['L'] = "00 06 36",
        ['M'] = "06 00 23 40 46",
        ['N'] = "06 00 46 40",
        ['O'] = "10 30 41 45 36 16 05 01 10",
        ['P'] = "06 00 30 41 42 33 03",
        ['Q'] = "10 30 41 45 36 16 05 01 10,24 46",
        ['R'] = "06 00 30 41 42 33 03,23 46",
        ['S'] = "41 30 10 01 02 13 33 44 45 36 16 05",
        ['T'] = "00 40,20 26",
        ['U'] = "00 05 16 36 45 40",
        ['V'] = "00 26 40",
        ['W'] = "00 16 32 56 60",
        ['X'] = "00 46,40 06",
        ['Y'] = "00 23 40,23 26",
        ['Z'] = "00 40 06 46",
        ['a'] = "12 32 43 46 16 05 14 44",
        ['b'] = "00 06 36 45 43 32 02",
        ['c'] = "32 12 03 05 16 36",
        ['d'] = "40 46 16 05 03 12 42",
        ['e'] = "04 44 43 32 12 03 05 16 36",
        ['f'] = "30 20 11 16,02 32",
        ['g'] = "46 16 05 03 12 42 47 38 08",
        ['h'] = "00 06,03 12 32 43 46",
        ['i'] = "02 06,00 00",
        ['j'] = "12 17 08,10 10",
        ['k'] = "00 06,32 04 36",
        ['l'] = "00 05 16",
        ['m'] = "02 06,03 12 22 33 36,33 42 52 63 66",
        ['n'] = "02 06,03 12 32 43 46",
        ['o'] = "12 32 43 45 36 16 05 03 12",
        ['p'] = "08 02 32 43 45 36 06",
        ['q'] = "48 42 12 03 05 16 46",
        ['r'] = "02 06,03 12 32",
        ['s'] = "42 12 03 14 34 45 36 06",
        ['t'] = "10 15 26 36,02 32",
        ['u'] = "02 05 16 36 45,42 46",
        ['v'] = "02 26 42",
        ['w'] = "02 16 33 56 62",
        ['x'] = "02 46,42 06",
        ['y'] = "02 26,42 18",
        ['z'] = "02 42 06 46",
        ['0'] = "10 30 41 45 36 16 05 01 10,32 14",
        ['1'] = "01 10 16,06 26",
        ['2'] = "01 10 30 41 42 06 46",
        ['3'] = "01 10 30 41 42 33 13,33 44 45 36 16 05",
        ['4'] = "36 30 04 44",
        ['5'] = "40 00 02 32 43 45 36 16 05",
        ['6'] = "41 30 10 01 05 16 36 45 44 33 03",
        ['7'] = "00 40 16",
        ['8'] = "13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33",
        ['9'] = "05 16 36 45 41 30 10 01 02 13 43",
        ['.'] = "06 06",
        [','] = "15 16 07",
        [':'] = "03 03,06 06",
        [';'] = "13 13,15 16 07",
        ['!'] = "00 04,06 06",
        ['?'] = "01 10 30 41 42 24,26 26",
        ['\''] = "00 02",
        ['"'] = "00 02,20 22",
        ['`'] = "00 12",
        ['-'] = "03 33",
        ['_'] = "07 47",
        ['+'] = "21 25,03 43",
        ['='] = "02 42,04 44",
        ['*'] = "21 25,02 44,04 42",
        ['/'] = "06 40",
        ['\\'] = "00 46",
        ['|'] = "00 07",
        ['('] = "10 02 04 16",
        [')'] = "00 12 14 06",
        ['['] = "20 00 06 26",
        [']'] = "00 20 26 06",
        ['{'] = "20 11 12 03 14 15 26",
        ['}'] = "00 11 12 23 14 15 06",
        ['<'] = "41 03 45",
        ['>'] = "01 43 05",
        ['#'] = "10 16,30 36,02 42,04 44",
        ['%'] = "06 40,10 00 01 11 10,45 35 36 46 45",
        ['&'] = "46 11 10 20 21 03 05 16 26 44",
        ['@'] = "33 13 14 34 32 44 41 30 10 01 05 16 46",
        ['$'] = "41 31 11 02 13 33 44 35 15 05,20 26",
        ['^'] = "02 20 42",
        ['~'] = "03 12 34 43",
    }.ToFrozenDictionary();

    /// <summary>Width of a text in pixels.</summary>
    public static float Measure(string text, float size)
    {
        float columns = 0;
        foreach (char character in text)
        {
            columns += Advance(character);
        }

        return Math.Max(columns - Gap, 0) * size / RowsPerEm;
    }

    /// <summary>Draws a text whose baseline begins at (<paramref name="x"/>, <paramref name="y"/>).</summary>
    public static void Draw(SKCanvas canvas, string text, float x, float y, float size, SKColor color)
    {
        float unit = size / RowsPerEm;
        using var paint = new SKPaint
        {
            Color = color,
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = size / 7.5f,
            StrokeCap = SKStrokeCap.Round,
            StrokeJoin = SKStrokeJoin.Round,
        };
        using var strokes = new SKPathBuilder();
        foreach (char character in text)
        {
            if (character != ' ')
            {
                AddGlyph(strokes, Glyph(character), x, y - (BaselineRow * unit), unit);
            }

            x += Advance(character) * unit;
        }

        using SKPath path = strokes.Detach();
        canvas.DrawPath(path, paint);
    }

    private static void AddGlyph(SKPathBuilder path, string glyph, float left, float top, float unit)
    {
        bool begins = true;
        for (int i = 0; i + 1 < glyph.Length; i += 3)
        {
            float x = left + ((glyph[i] - '0') * unit);
            float y = top + ((glyph[i + 1] - '0') * unit);
            if (begins)
            {
                path.MoveTo(x, y);
            }
            else
            {
                path.LineTo(x, y);
            }

            begins = i + 2 < glyph.Length && glyph[i + 2] == ',';
        }
    }

    private static string Glyph(char character) => Glyphs.GetValueOrDefault(character, Box);

    private static float Advance(char character)
    {
        if (character == ' ')
        {
            return SpaceColumns + Gap;
        }

        string glyph = Glyph(character);
        int columns = 0;
        for (int i = 0; i < glyph.Length; i += 3)
        {
            columns = Math.Max(columns, glyph[i] - '0');
        }

        return columns + Gap;
    }
}
