using MGLMM.Planning;

namespace MGLMM.Samples.VisionAgent.Tests.Planning;

/// <summary>What no row of the table reads, by its gist.</summary>
public sealed class GistTests
{
    [Theory]
    [InlineData("Colour of the house door, and of the roof of it?", "what colour is the door of the house|what colour is the roof of it")]
    [InlineData("the colours of the ball, the sofa and the table please", "what colour is the ball|what colour is the sofa|what colour is the table")]
    [InlineData("number of boats, children and dogs", "how many boats are there|how many children are there|how many dogs are there")]
    [InlineData("How big the tent is, and the horse?", "how big is the tent|how big is the horse")]
    [InlineData("the size of the car, in pixels, and the position of it", "how big is the car|where is the car")]
    [InlineData("the airplane: where?", "where is the airplane")]
    [InlineData("Tint the mountains yellow, half transparent", "mark the mountains in yellow")]
    [InlineData("red outline round the table please", "outline the table in red")]
    [InlineData("the sofa and the table, pixelated", "blur the sofa and the table")]
    [InlineData("tree and tent in different colours", "mark tree and tent")]
    [InlineData("everything yellow please, as one mask", "combine everything yellow into one mask")]
    [InlineData("Snip the little sailing boat out", "cut out the little sailing boat")]
    [InlineData("Foreground mask as binary PNG: everything but grass and sky.", "save everything but grass and sky as a png mask")]
    [InlineData("car mask, png", "save car as a png mask")]
    [InlineData("both kids in one single mask with 5 px of margin", "combine both kids into one mask|make it 5 pixels bigger")]
    [InlineData("I need one mask that covers both houses, please, saved as a PNG.", "combine both houses into one mask|save it as a png mask")]
    [InlineData("Crop it to just the red car, with a little space around it", "make the red car 10 pixels bigger|crop the picture to it")]
    [InlineData("the boat and the dog with 5 px of margin", "make the boat 5 pixels bigger|make the dog 5 pixels bigger")]
    [InlineData("Snip the boat out", "cut out the boat")]
    [InlineData("Colour of the house door and the roof", "what colour is the door of the house|what colour is the roof")]
    public void A_text_is_read_by_what_is_said(string text, string requests) => Assert.Equal(requests.Split('|'), Gist.Read(text));

    /// <summary>A word that is left over might turn the meaning round.</summary>
    [Theory]
    [InlineData("not the car, the house: outline")]
    [InlineData("never outline the house")]
    [InlineData("outline the house unless it is red")]
    [InlineData("outline the house like a cartoon")]
    [InlineData("Crop the house with 10 px drop shadow")]
    [InlineData("the size of the car and the colour of the house")]
    [InlineData("how many cars with 5 px margin")]
    [InlineData("the colour that the house had before")]
    [InlineData("which colour would suit the house")]
    [InlineData("where was the car yesterday")]
    [InlineData("the house")]
    [InlineData("")]
    public void Nothing_is_read_where_a_word_has_no_use(string text) => Assert.Null(Gist.Read(text));
}
