using MGLMM.Vision.Language;

namespace MGLMM.Vision.Tests.Language;

public sealed class NounPhrasesTests
{
    [Theory]
    [InlineData("boys", "boys")]
    [InlineData("the red car on the left", "car")]
    [InlineData("all people", "people")]
    [InlineData("everyone", "people")]
    [InlineData("the boy in the green cap", "boy")]
    [InlineData("a man and two dogs", "man dogs")]
    [InlineData("a black and white cat", "cat")]
    [InlineData("an orange potted plant", "plant")]
    [InlineData("the rabbit closest to the house", "rabbit")]
    [InlineData("the car left of the tree", "car")]
    [InlineData("something to sit on", "")]
    [InlineData("something i could sit on", "")]
    [InlineData("anything red", "")]
    [InlineData("everything green", "")]
    [InlineData("objects", "")]
    [InlineData("the largest one", "")]
    [InlineData("", "")]
    public void The_nouns_are_what_is_named(string phrase, string nouns) => Assert.Equal(nouns, string.Join(' ', NounPhrases.NounsOf(phrase)));
}
