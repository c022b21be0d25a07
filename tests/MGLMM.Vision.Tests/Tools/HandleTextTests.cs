using System.Text.Json;
using MGLMM.Vision.Tools;

namespace MGLMM.Vision.Tests.Tools;

/// <summary>Handles as models write them.</summary>
public sealed class HandleTextTests
{
    [Theory]
    [InlineData("m1", "m1")]
    [InlineData("m1, m2", "m1 m2")]
    [InlineData("m1 m2\nm3", "m1 m2 m3")]
    [InlineData("[m1, m2]", "m1 m2")]
    [InlineData("(m1, m2)", "m1 m2")]
    [InlineData("m1 and m2", "m1 m2")]
    [InlineData("m1, m2 and m3", "m1 m2 m3")]
    [InlineData("both m1 and m2", "m1 m2")]
    [InlineData("regions m1 and m2", "m1 m2")]
    [InlineData("m1 & m2", "m1 m2")]
    [InlineData("m1|m2+m3", "m1 m2 m3")]
    [InlineData("m1 (a brown rabbit)", "m1")]
    [InlineData("m1 (a brown, small rabbit), m2 (a house)", "m1 m2")]
    [InlineData("m1 (next to m2)", "m1")]
    [InlineData("a brown rabbit [m1]", "m1")]
    [InlineData("the black and white cat [m1], m2", "m1 m2")]
    [InlineData("m1: a brown rabbit", "m1")]
    [InlineData("m1 a brown rabbit", "m1")]
    [InlineData("m1-m3", "m1 m2 m3")]
    [InlineData("m1 to m3", "m1 m2 m3")]
    [InlineData("m1..m3, s2", "m1 m2 m3 s2")]
    [InlineData("m3-m1", "m3-m1")]
    [InlineData("m1 and the rabbit", "m1 rabbit")]
    [InlineData("rabbit", "rabbit")]
    [InlineData("set s1", "s1")]
    [InlineData("the region", "the region")]
    [InlineData("\"m1\"", "m1")]
    [InlineData("[\"m1\", \"m2\"]", "m1 m2")]
    [InlineData("\"[\\\"m1\\\", \\\"m2\\\"]\"", "m1 m2")]
    [InlineData("{\"region\": \"m1\", \"phrase\": \"a rabbit\", \"within\": \"m9\"}", "m1")]
    [InlineData("[{\"region\": \"m1\"}, {\"region\": \"m2\"}]", "m1 m2")]
    [InlineData("{\"image\": \"img1\", \"set\": \"s3\", \"regions\": [{\"region\": \"m1\"}]}", "s3")]
    [InlineData("{\"regions\": [\"m1\", \"m2\"]}", "m1 m2")]
    [InlineData("{\"a\": \"m1\", \"b\": \"m2\"}", "m1 m2")]
    [InlineData("{\"x\": 3}", "{\"x\": 3}")]
    public void Text_names_handles(string text, string handles)
    {
        Assert.Equal(handles, string.Join(' ', HandleText.Words(text)));
        Assert.Equal(handles, string.Join(' ', HandleText.Words(JsonSerializer.SerializeToElement(text))));
    }

    [Fact]
    public void A_picture_is_the_picture_of_a_record()
    {
        Assert.Equal(["img1"], HandleText.Words("""{"image":"img1","name":"m7","width_px":3}""", wantsImage: true));
        Assert.Equal(["img1"], HandleText.Words("img1 (garden.png)", wantsImage: true));
    }

    [Fact]
    public void Lists_of_dot_net_and_depth_are_no_fault()
    {
        Assert.Equal(["m1", "m2", "m3"], HandleText.Words(new object?[] { "m1", new[] { "m2" }, null, JsonSerializer.SerializeToElement("m3") }));
        Assert.NotEmpty(HandleText.Words(new string('[', 3000) + "m1" + new string(']', 3000)));
        Assert.InRange(HandleText.Words(string.Join(',', Enumerable.Range(1, 9000).Select(number => $"m{number}"))).Count, 5000, 9000);
    }
}
