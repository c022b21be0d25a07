using MGLMM.Masks;
using SkiaSharp;
using Xunit;

namespace MGLMM.Imaging.Tests;

public sealed class OverlayTests
{
    private static readonly OverlayOptions TrueSize = new() { MinimumLongSide = 0 };

    [Fact]
    public void Areas_are_tinted_and_holes_and_surroundings_are_left_alone()
    {
        RgbImage image = Plain(200, 100, 100);
        Mask ring = MaskOf(200, 100, (x, y) => x is >= 20 and < 120 && y is >= 20 and < 80 && !(x is >= 50 and < 90 && y is >= 35 and < 65));

        RgbImage result = new OverlayRenderer(TrueSize with { Opacity = 0.5 }).Render(image, [new OverlayRegion(ring)]);

        RgbColor color = OverlayPalette.ColorOf(0);
        AssertNear(new RgbColor((byte)((color.Red + 100) / 2), (byte)((color.Green + 100) / 2), (byte)((color.Blue + 100) / 2)), At(result, 35, 50), 2);
        Assert.Equal(new RgbColor(100, 100, 100), At(result, 70, 50));
        Assert.Equal(new RgbColor(100, 100, 100), At(result, 160, 50));
        AssertNear(color, At(result, 20, 50), 60); // the outline
    }

    [Fact]
    public void The_outline_style_leaves_areas_alone()
    {
        RgbImage image = Plain(200, 100, 100);
        Mask square = MaskOf(200, 100, (x, y) => x is >= 20 and < 80 && y is >= 20 and < 80);

        RgbImage result = new OverlayRenderer(TrueSize with { Style = OverlayStyle.Outline }).Render(image, [new OverlayRegion(square, ColorIndex: 1)]);

        Assert.Equal(new RgbColor(100, 100, 100), At(result, 50, 50));
        AssertNear(OverlayPalette.ColorOf(1), At(result, 20, 50), 60);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_label_is_really_drawn_with_or_without_a_font_of_the_machine(bool builtInFont)
    {
        RgbImage image = Plain(400, 300, 0);
        Mask mask = MaskOf(400, 300, (x, y) => x > 100 && y > 100);
        OverlayRenderer renderer = new(TrueSize with { UseBuiltInFont = builtInFont, Style = OverlayStyle.Outline });

        int without = CountWhite(renderer.Render(image, [new OverlayRegion(mask)]), 220, 180, 280, 230);
        int one = CountWhite(renderer.Render(image, [new OverlayRegion(mask, "i")]), 220, 180, 280, 230);
        int many = CountWhite(renderer.Render(image, [new OverlayRegion(mask, "WWWWW")]), 220, 180, 280, 230);

        Assert.Equal(0, without);
        Assert.InRange(one, 8, 200);
        Assert.True(many > 3 * one, $"{many} white pixels for five wide letters, {one} for a narrow one");
    }

    [Theory]
    [InlineData('!', '~')]
    [InlineData('\u00A1', '\u00AC')]
    [InlineData('\u00AE', '\u017F')]
    [InlineData('\u0391', '\u03A1')]
    [InlineData('\u03B1', '\u03C9')]
    [InlineData('\u0401', '\u045F')]
    public void The_built_in_font_draws_every_letter_of_its_scripts(char first, char last)
    {
        RgbImage box = Drawn("\u4E00");
        Dictionary<string, char> seen = new();
        for (char character = first; character <= last; character++)
        {
            RgbImage image = Drawn(character.ToString());
            Assert.True(CountWhite(image, 0, 0, 80, 80) > 10, $"'{character}' is not drawn");
            Assert.NotEqual(box.ContentHash, image.ContentHash);

            // Beyond ASCII some letters look alike, as the Icelandic and the Croatian D do.
            Assert.True(seen.TryAdd(image.ContentHash, character) || character > '~', $"'{character}' looks like '{seen.GetValueOrDefault(image.ContentHash)}'");
        }

        static RgbImage Drawn(string text)
        {
            using SkiaSharp.SKBitmap bitmap = new(80, 80);
            using SkiaSharp.SKCanvas canvas = new(bitmap);
            canvas.Clear(SkiaSharp.SKColors.Black);
            using LabelText label = new(text, 40, 80, builtInFont: true);
            Assert.InRange(label.Width, 1, 60);
            label.Draw(canvas, 10, 55, SkiaSharp.SKColors.White);
            return SkiaPixels.FromBitmap(bitmap);
        }
    }

    [Fact]
    public void Labels_of_our_scripts_look_the_same_with_and_without_fonts_of_the_machine()
    {
        RgbImage image = Plain(400, 300, 0);
        Mask mask = MaskOf(400, 300, (x, y) => x > 100 && y > 100);
        foreach (string label in (string[])["m3 a red car", "ein Schlüssel", "žluťoučký kůň", "кошка", "γάτα", "– “x” …"])
        {
            string[] pictures =
            [
                .. ((bool[])[true, false]).Select(builtIn =>
                    new OverlayRenderer(TrueSize with { UseBuiltInFont = builtIn }).Render(image, [new OverlayRegion(mask, label)]).ContentHash),
            ];
            Assert.Equal(pictures[0], pictures[1]);
        }
    }

    [Fact]
    public void Small_pictures_are_enlarged_by_a_whole_factor_unless_told_not_to()
    {
        RgbImage image = ImageDecoder.DecodeFile(OracleData.Image("landscape_97x61.png"));

        RgbImage enlarged = new OverlayRenderer().Render(image, []);
        RgbImage same = new OverlayRenderer(TrueSize).Render(image, []);

        Assert.Equal((97 * 6, 61 * 6), (enlarged.Width, enlarged.Height));
        Assert.Equal(image.ContentHash, same.ContentHash);
    }

    [Fact]
    public void The_PNG_holds_what_was_drawn()
    {
        NpzFile golden = NpzFile.Load(OracleData.Golden("landscape_97x61__gcg.npz"));
        RgbImage image = ImageDecoder.DecodeFile(OracleData.Image("landscape_97x61.png"));
        Mask mask = Mask.FromBitmap(golden["masks"].Bytes[..(97 * 61)], 97, 61);
        OverlayRenderer renderer = new();

        RgbImage drawn = renderer.Render(image, [new OverlayRegion(mask, "the pond")]);
        RgbImage read = ImageDecoder.Decode(renderer.RenderPng(image, [new OverlayRegion(mask, "the pond")]));

        Assert.Equal(drawn.ContentHash, read.ContentHash);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4000)]
    [InlineData(4000, 1)]
    [InlineData(30, 20)]
    public void Degenerate_pictures_and_masks_are_drawn_without_fuss(int width, int height)
    {
        RgbImage image = Plain(width, height, 10);
        OverlayRegion[] regions =
        [
            new(Mask.Full(width, height), "everything there is in this picture, and more"),
            new(Mask.Empty(width, height), "nothing"),
            new(Mask.Full(width, height), " \t\n"),
            new(Mask.Full(width, height), "\u65e5\u672c \ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00 \u0001"),
        ];

        RgbImage result = new OverlayRenderer(TrueSize).Render(image, regions);
        byte[] enlarged = new OverlayRenderer().RenderPng(image, regions);

        Assert.Equal((width, height), (result.Width, result.Height));
        Assert.NotEmpty(enlarged);
    }

    [Fact]
    public void A_mask_of_another_size_is_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new OverlayRenderer().RenderPng(Plain(20, 10, 0), [new OverlayRegion(Mask.Full(10, 20))]));
        Assert.Contains("10x20", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new OverlayRenderer(new OverlayOptions { Opacity = 1.5 }));
    }

    [Fact]
    public void Labels_stay_in_the_picture_and_off_each_other()
    {
        SKRect picture = SkiaSharp.SKRect.Create(2, 2, 396, 296);
        SkiaSharp.SKSize size = new(90, 24);
        List<SkiaSharp.SKRect> taken = new();
        for (int i = 0; i < 12; i++)
        {
            taken.Add(LabelPlacement.Find(new SkiaSharp.SKPoint(390, 5), size, picture, taken));
        }

        Assert.All(taken, place => Assert.True(picture.Contains(place)));
        for (int i = 0; i < taken.Count; i++)
        {
            Assert.DoesNotContain(taken.Skip(i + 1), other => other.IntersectsWith(taken[i]));
        }
    }

    [Fact]
    public void Colours_are_stable_and_differ()
    {
        RgbColor[] colors = [.. Enumerable.Range(0, 100).Select(OverlayPalette.ColorOf)];

        Assert.Equal("#e63946", colors[0].ToString());
        Assert.Equal(colors.Length, colors.Distinct().Count());
        for (int i = 0; i < 12; i++)
        {
            for (int j = 0; j < i; j++)
            {
                int distance = Math.Abs(colors[i].Red - colors[j].Red) + Math.Abs(colors[i].Green - colors[j].Green)
                    + Math.Abs(colors[i].Blue - colors[j].Blue);
                Assert.True(distance > 60, $"colours {j} and {i} are alike");
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => OverlayPalette.ColorOf(-1));
    }

    [Fact]
    public void A_picture_survives_being_written_as_PNG()
    {
        RgbImage image = ImageDecoder.DecodeFile(OracleData.Image("preprocess/tiny_7x5.png"));

        Assert.Equal(image.ContentHash, ImageDecoder.Decode(PngWriter.Encode(image)).ContentHash);
    }

    private static RgbImage Plain(int width, int height, byte value)
    {
        byte[] pixels = new byte[width * height * 3];
        Array.Fill(pixels, value);
        return RgbImage.FromPixels(pixels, width, height);
    }

    private static Mask MaskOf(int width, int height, Func<int, int, bool> inside)
    {
        bool[] bitmap = new bool[width * height];
        for (int i = 0; i < bitmap.Length; i++)
        {
            bitmap[i] = inside(i % width, i / width);
        }

        return Mask.FromBitmap(bitmap, width, height);
    }

    private static RgbColor At(RgbImage image, int x, int y)
    {
        ReadOnlySpan<byte> pixel = image.Pixels.Slice(((y * image.Width) + x) * 3, 3);
        return new RgbColor(pixel[0], pixel[1], pixel[2]);
    }

    private static void AssertNear(RgbColor expected, RgbColor actual, int tolerance)
    {
        Assert.InRange(actual.Red, expected.Red - tolerance, expected.Red + tolerance);
        Assert.InRange(actual.Green, expected.Green - tolerance, expected.Green + tolerance);
        Assert.InRange(actual.Blue, expected.Blue - tolerance, expected.Blue + tolerance);
    }

    private static int CountWhite(RgbImage image, int left, int top, int right, int bottom)
    {
        int count = 0;
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                RgbColor color = At(image, x, y);
                count += color is { Red: > 200, Green: > 200, Blue: > 200 } ? 1 : 0;
            }
        }

        return count;
    }
}
