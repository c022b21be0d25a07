using MGLMM.Masks;
using SkiaSharp;

namespace MGLMM.Imaging;

/// <summary>
/// Draws regions over a picture: translucent areas, outlines, and a label at a point inside each region, kept within the picture and
/// off the other labels where there is room. Immutable and thread-safe.
/// </summary>
public sealed class OverlayRenderer
{
    private const int MostScale = 8;

    private readonly OverlayOptions _options;

    /// <summary>Creates a renderer.</summary>
    /// <param name="options">How to draw; <see cref="OverlayOptions.Default"/> if null.</param>
    public OverlayRenderer(OverlayOptions? options = null)
    {
        _options = options ?? OverlayOptions.Default;
        ArgumentOutOfRangeException.ThrowIfNegative(_options.Opacity, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.Opacity, 1.0, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(_options.MinimumLongSide, nameof(options));
        if (_options.LineWidth is { } width && !(width > 0 && double.IsFinite(width)))
        {
            throw new ArgumentOutOfRangeException(nameof(options), width, "A line has a width above 0.");
        }
    }

    /// <summary>Draws and encodes.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="regions">The regions; later ones are drawn over earlier ones.</param>
    /// <returns>The bytes of a PNG file; see <see cref="OverlayOptions.MinimumLongSide"/> for its size.</returns>
    /// <exception cref="ArgumentException">A mask is not of the picture's size.</exception>
    public byte[] RenderPng(RgbImage image, IReadOnlyList<OverlayRegion> regions)
    {
        using SKBitmap bitmap = RenderBitmap(image, regions);
        return PngWriter.Encode(bitmap);
    }

    /// <summary>Draws.</summary>
    /// <inheritdoc cref="RenderPng"/>
    /// <returns>The picture with the regions; see <see cref="OverlayOptions.MinimumLongSide"/> for its size.</returns>
    public RgbImage Render(RgbImage image, IReadOnlyList<OverlayRegion> regions)
    {
        using SKBitmap bitmap = RenderBitmap(image, regions);
        return SkiaPixels.FromBitmap(bitmap);
    }

    private SKBitmap RenderBitmap(RgbImage image, IReadOnlyList<OverlayRegion> regions)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(regions);
        foreach (OverlayRegion region in regions)
        {
            if (region.Mask.Width != image.Width || region.Mask.Height != image.Height)
            {
                throw new ArgumentException(
                    $"A mask is {region.Mask.Width}x{region.Mask.Height}, but the picture is {image.Width}x{image.Height}.", nameof(regions));
            }
        }

        int longSide = Math.Max(image.Width, image.Height);
        int scale = Math.Clamp((_options.MinimumLongSide + longSide - 1) / longSide, 1, MostScale);
        RgbImage background = PillowResize.Resize(image, image.Width * scale, image.Height * scale, ResampleFilter.Bicubic);
        SKBitmap bitmap = SkiaPixels.ToBitmap(background);
        try
        {
            using SKCanvas canvas = new(bitmap);
            DrawAreas(canvas, regions, scale, longSide * scale);
            if (_options.ShowLabels)
            {
                DrawLabels(canvas, regions, scale, bitmap.Width, bitmap.Height);
            }

            return bitmap;
        }
        catch
        {
            bitmap.Dispose();
            throw;
        }
    }

    private static RgbColor ColorOf(IReadOnlyList<OverlayRegion> regions, int index)
        => regions[index].Color ?? OverlayPalette.ColorOf(regions[index].ColorIndex ?? index);

    private void DrawAreas(SKCanvas canvas, IReadOnlyList<OverlayRegion> regions, int scale, int longSide)
    {
        float lineWidth = _options.LineWidth is { } wanted ? (float)(wanted * scale) : Math.Clamp(longSide / 320f, 1.5f, 8f);
        using SKPaint area = new() { IsAntialias = true, Style = SKPaintStyle.Fill };
        using SKPaint line = new() { IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeJoin = SKStrokeJoin.Round };
        SKPath?[] outlines = new SKPath?[regions.Count];
        try
        {
            for (int i = 0; i < regions.Count; i++)
            {
                if (regions[i].Mask.IsEmpty)
                {
                    continue;
                }

                outlines[i] = MaskOutline.Create(regions[i].Mask, scale);
                if (_options.Style != OverlayStyle.Outline)
                {
                    area.Color = SkiaPixels.ToColor(ColorOf(regions, i), (byte)Math.Round(_options.Opacity * 255));
                    canvas.DrawPath(outlines[i], area);
                }
            }

            // Lines come after all areas, so that none is tinted; the light rim sets them off from whatever lies beneath.
            for (int i = 0; i < regions.Count; i++)
            {
                if (outlines[i] is not { } outline)
                {
                    continue;
                }

                line.Color = new SKColor(255, 255, 255, 150);
                line.StrokeWidth = lineWidth * 1.9f;
                canvas.DrawPath(outline, line);
                line.Color = SkiaPixels.ToColor(ColorOf(regions, i));
                line.StrokeWidth = lineWidth;
                canvas.DrawPath(outline, line);
            }
        }
        finally
        {
            foreach (SKPath? outline in outlines)
            {
                outline?.Dispose();
            }
        }
    }

    private void DrawLabels(SKCanvas canvas, IReadOnlyList<OverlayRegion> regions, int scale, int width, int height)
    {
        bool numbered = _options.Style == OverlayStyle.Numbered;
        float largest = Math.Clamp(Math.Max(width, height) / (numbered ? 17f : 34f), numbered ? 22f : 13f, numbered ? 160f : 96f);
        float margin = Math.Max(2f, largest * 0.12f);
        SKRect picture = SKRect.Create(margin, margin, width - (2 * margin), height - (2 * margin));
        List<SKRect> taken = new();
        using SKPaint box = new() { IsAntialias = true };
        using SKPaint rim = new() { IsAntialias = true, Style = SKPaintStyle.Stroke, Color = SKColors.White };
        for (int i = 0; i < regions.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(regions[i].Label) || regions[i].Mask.PointInside() is not { } point)
            {
                continue;
            }

            float size = numbered ? Math.Clamp(RoomAround(regions[i].Mask, point) * scale * 0.9f, largest * 0.55f, largest) : largest;
            float padding = size * 0.32f;
            float widest = Math.Min(width - (2 * padding) - (2 * margin), Math.Max(width * 0.45f, size * 9));
            using LabelText text = new(regions[i].Label!, size, widest, _options.UseBuiltInFont);
            if (text.Text.Length == 0)
            {
                continue;
            }

            float boxHeight = text.CapHeight + (2.4f * padding);
            SKSize boxSize = new(Math.Max(text.Width + (2 * padding), numbered ? boxHeight : 0), boxHeight);
            SKRect place = LabelPlacement.Find(Anchor(regions[i].Mask.Box, point, scale, boxSize, margin), boxSize, picture, taken);
            taken.Add(place);

            RgbColor color = ColorOf(regions, i);
            box.Color = SkiaPixels.ToColor(color, 235);
            float corner = numbered ? boxHeight / 2 : padding * 0.8f;
            canvas.DrawRoundRect(place, corner, corner, box);
            if (numbered)
            {
                rim.StrokeWidth = Math.Max(1.5f, size * 0.07f);
                canvas.DrawRoundRect(place, corner, corner, rim);
            }

            text.Draw(
                canvas,
                place.MidX - (text.Width / 2),
                place.MidY + (text.CapHeight / 2),
                color.IsLight ? SKColors.Black : SKColors.White);
        }
    }

    /// <summary>How far one can go from a point in each of eight directions without leaving the region, in pixels.</summary>
    private static int RoomAround(Mask mask, PixelPosition point)
    {
        int room = 0;
        while (Fits(room + 1))
        {
            room++;
        }

        return room;

        bool Fits(int distance)
        {
            int diagonal = (int)(distance * 0.70710678);
            return mask.Contains(point.X - distance, point.Y) && mask.Contains(point.X + distance, point.Y)
                && mask.Contains(point.X, point.Y - distance) && mask.Contains(point.X, point.Y + distance)
                && mask.Contains(point.X - diagonal, point.Y - diagonal) && mask.Contains(point.X + diagonal, point.Y - diagonal)
                && mask.Contains(point.X - diagonal, point.Y + diagonal) && mask.Contains(point.X + diagonal, point.Y + diagonal);
        }
    }

    /// <summary>
    /// Where a label's middle should be: at the point inside, or, for a region that the label would hide, just above it (below it at
    /// the picture's upper edge).
    /// </summary>
    private static SKPoint Anchor(PixelBox region, PixelPosition point, int scale, SKSize label, float margin)
    {
        float x = (point.X + 0.5f) * scale;
        bool hidden = region.Width * scale < label.Width * 1.2f && region.Height * scale < label.Height * 2f;
        if (!hidden)
        {
            return new SKPoint(x, (point.Y + 0.5f) * scale);
        }

        float distance = (label.Height / 2) + (2 * margin);
        float above = (region.Top * scale) - distance;
        return new SKPoint(x, above >= distance ? above : (region.Bottom * scale) + distance);
    }
}
