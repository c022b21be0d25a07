using SkiaSharp;

namespace MGLMM.Imaging;

/// <summary>One line of text in the embedded typeface or in one of the machine (<see cref="LabelTypefaces"/>). Not thread-safe.</summary>
internal sealed class LabelText : IDisposable
{
    private const string Ellipsis = "...";

    private readonly SKFont _font;
    private readonly float _size;

    /// <summary>Lays a text out.</summary>
    /// <param name="text">The text; control characters become spaces.</param>
    /// <param name="size">Font size in pixels.</param>
    /// <param name="maximumWidth">Longer text is shortened to that many pixels.</param>
    /// <param name="builtInFont">Whether the machine's fonts are left alone.</param>
    public LabelText(string text, float size, float maximumWidth, bool builtInFont)
    {
        _size = size;
        text = string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character)).Trim();
        _font = new SKFont(builtInFont ? EmbeddedTypeface.Instance : LabelTypefaces.For(text), size) { Edging = SKFontEdging.Antialias, Subpixel = true };
        Text = Shorten(text, maximumWidth);
        Width = Measure(Text);
    }

    /// <summary>What is drawn.</summary>
    public string Text { get; }

    /// <summary>Pixels from the first character's start to the last one's end.</summary>
    public float Width { get; }

    /// <summary>Height of capitals above the baseline in pixels.</summary>
    public float CapHeight => Math.Max(_font.Metrics.CapHeight, _size * 0.5f);

    /// <summary>Draws the text; its baseline begins at (<paramref name="x"/>, <paramref name="y"/>).</summary>
    public void Draw(SKCanvas canvas, float x, float y, SKColor color)
    {
        using SKPaint paint = new() { Color = color, IsAntialias = true };
        canvas.DrawText(Text, x, y, SKTextAlign.Left, _font, paint);
    }

    /// <inheritdoc/>
    public void Dispose() => _font.Dispose();

    private float Measure(string text) => _font.MeasureText(text);

    private string Shorten(string text, float maximumWidth)
    {
        if (Measure(text) <= maximumWidth)
        {
            return text;
        }

        int length = text.Length;
        while (length > 0 && Measure(text[..length].TrimEnd() + Ellipsis) > maximumWidth)
        {
            length--;
        }

        // Not between the two halves of a character beyond the basic plane.
        length -= length > 0 && char.IsHighSurrogate(text[length - 1]) ? 1 : 0;
        return length > 0 ? text[..length].TrimEnd() + Ellipsis : string.Empty;
    }
}
