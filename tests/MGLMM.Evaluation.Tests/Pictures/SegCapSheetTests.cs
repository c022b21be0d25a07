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

    public void Dispose() => _folder.Dispose();
}
