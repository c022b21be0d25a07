using MGLMM.Language;

namespace MGLMM.Abstractions.Tests.Language;

public sealed class EnglishColoursTests
{
    // The eleven basic colour terms of English (Berlin and Kay, 1969), with the other spelling of grey.
    [Theory]
    [InlineData("black")]
    [InlineData("white")]
    [InlineData("red")]
    [InlineData("green")]
    [InlineData("yellow")]
    [InlineData("blue")]
    [InlineData("brown")]
    [InlineData("purple")]
    [InlineData("pink")]
    [InlineData("orange")]
    [InlineData("grey")]
    [InlineData("Gray")]
    public void TheBasicTermsAreColours(string word) => Assert.True(EnglishColours.Is(word));

    [Theory]
    [InlineData("car")]
    [InlineData("dark")]
    [InlineData("reddish-brown")]
    [InlineData("")]
    public void OtherWordsAreNot(string word) => Assert.False(EnglishColours.Is(word));

    [Theory]
    [InlineData("gray", "grey")]
    [InlineData("Gray", "grey")]
    [InlineData("violet", "purple")]
    [InlineData("RED", "red")]
    public void TwoSpellingsAreOneColour(string word, string usual) => Assert.Equal(usual, EnglishColours.Usual(word));
}
