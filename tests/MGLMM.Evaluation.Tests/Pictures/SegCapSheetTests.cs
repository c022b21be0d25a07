using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Pictures;
using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Tests.Pictures;

/// <summary>Pages of samples: an earlier one is replaced, and nothing else.</summary>
public sealed class SegCapSheetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _samples;

    public SegCapSheetTests()
    {
        byte[] grey = new byte[24 * 16 * 3];
        grey.AsSpan().Fill(128);
        _folder.Write("a.png", PngWriter.Encode(RgbImage.FromPixels(grey, 24, 16)));
        _samples = _folder.Write("segcap.jsonl", """{"id":"1","image":"a.png","width":24,"height":16,"task":"question","instruction":"?","answer":"!","masks":[],"labels":[]}""" + "\n");
    }

    [Theory]
    [InlineData("page.html")]
    [InlineData("page.png")]
    [InlineData("page.PNG")]
    public void An_earlier_page_is_replaced(string name)
    {
        string page = _folder.PathOf(name);
        Assert.Equal(1, SegCapSheet.Write(_samples, page, 4));
        byte[] first = File.ReadAllBytes(page);
        SegCapSheet.CheckPage(page);
        Assert.Equal(1, SegCapSheet.Write(_samples, page, 4));
        Assert.Equal(first, File.ReadAllBytes(page));
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("mine.html")]
    [InlineData("empty.png")]
    public void A_file_that_is_no_page_is_not(string name)
    {
        _folder.Write("mine.html", "my own");
        _folder.Write("empty.png", string.Empty);
        byte[] own = File.ReadAllBytes(_folder.PathOf(name));
        ArgumentException fault = Assert.Throws<ArgumentException>(() => SegCapSheet.Write(_samples, _folder.PathOf(name), 4));
        Assert.Contains("Name another one, or move it away", fault.Message, StringComparison.Ordinal);
        Assert.Equal(own, File.ReadAllBytes(_folder.PathOf(name)));
        Assert.Contains("Draw none, or move it away", Assert.Throws<ArgumentException>(() => SegCapSheet.CheckPage(_folder.PathOf(name), "Draw none")).Message, StringComparison.Ordinal);
    }

    /// <summary>What marks a page is a chunk that every reader passes over, with the right checksum.</summary>
    [Fact]
    public void A_page_that_is_a_picture_is_a_whole_PNG_file()
    {
        string page = _folder.PathOf("page.png");
        SegCapSheet.Write(_samples, page, 4);
        byte[] bytes = File.ReadAllBytes(page);
        LabelImage read = LabelPng.Decode(bytes);
        RgbImage decoded = ImageDecoder.Decode(bytes);
        Assert.Equal((8 + 24 + 8, 8 + 16 + 8), (read.Width, read.Height));
        Assert.Equal((read.Width, read.Height), (decoded.Width, decoded.Height));
    }

    /// <summary>The renderer makes this picture many times as large; its right half, and nothing else, is ignored.</summary>
    [Fact]
    public void Ignored_pixels_are_dark_where_they_are_and_a_region_has_a_frame()
    {
        RunLengths right = RunLengths.Of(Mask.FromRectangle(24, 16, new PixelBox(12, 0, 24, 16)));
        RgbImage drawn = Drawn($$"""" "task":"refer_one","answer":"<p> it </p> [SEG]","masks":[{"size":[16,24],"counts":"{{CocoRle.Encode(Mask.FromRectangle(24, 16, new PixelBox(0, 0, 1, 1)))}}"}],"labels":["it"],"ignore":{"size":[16,24],"counts":"{{right.Counts}}"} """");
        double whole = Brightness(drawn, drawn.Width / 4, drawn.Width / 2);
        Assert.InRange(Brightness(drawn, (drawn.Width / 2) + 8, drawn.Width - 8), whole * 0.3, whole * 0.7);
        Assert.InRange(whole, 120, 136);

        RgbImage plain = Drawn("""" "task":"region","answer":"!" """");
        RgbImage framed = Drawn("""" "task":"region","answer":"!","region":[6,4,12,8] """");
        Assert.False(plain.Pixels.SequenceEqual(framed.Pixels));
    }

    [Fact]
    public void More_pictures_than_one_can_hold_are_refused_before_any_is_drawn()
    {
        string many = _folder.Write("many.jsonl", string.Concat(Enumerable.Range(0, 2001).Select(number => $$"""{"id":"{{number}}","image":"none.png","width":24,"height":16,"task":"question","instruction":"?","answer":"!"}""" + "\n")));
        ArgumentException fault = Assert.Throws<ArgumentException>(() => SegCapSheet.Write(many, _folder.PathOf("page.png"), 5000));
        Assert.Contains("2000 samples at most, and 2001 were chosen", fault.Message, StringComparison.Ordinal);
    }

    private RgbImage Drawn(string fields)
    {
        string samples = _folder.Write("drawn.jsonl", $$"""{"version":2,"id":"1","image":"a.png","width":24,"height":16,"instruction":"?",{{fields}}}""" + "\n");
        SegCapSheet.Write(samples, _folder.PathOf("drawn.png"), 1);
        return ImageDecoder.DecodeFile(_folder.PathOf("drawn.png"));
    }

    /// <summary>The mean of some columns' lower half, where no label stands.</summary>
    private static double Brightness(RgbImage image, int from, int to)
    {
        double sum = 0;
        int count = 0;
        for (int row = image.Height / 2; row < image.Height - 16; row++)
        {
            for (int column = from; column < to; column++)
            {
                sum += image.Pixels[((row * image.Width) + column) * RgbImage.Channels];
                count++;
            }
        }

        return sum / count;
    }

    public void Dispose() => _folder.Dispose();
}
