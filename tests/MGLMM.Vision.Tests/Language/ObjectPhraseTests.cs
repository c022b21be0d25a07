using MGLMM.Vision;
using MGLMM.Vision.Language;

namespace MGLMM.Vision.Tests.Language;

public sealed class ObjectPhraseTests
{
    [Theory]
    [InlineData("Describe the {object} in detail.", "a red car", "red car")]
    [InlineData("Describe the {object} in detail.", "a man in a blue shirt", "man in the blue shirt")]
    [InlineData("Give a description for {object} in the image.", "a red car", "the red car")]
    [InlineData("{object}: which parts?", "two trees", "the two trees")]
    public void Objects_fit_their_sentence(string template, string phrase, string expected) =>
        Assert.Equal(expected, ObjectPhrase.ForObject(template, phrase));

    [Theory]
    [InlineData("Please segment the {expression}.", "the red car", "red car")]
    [InlineData("Please segment {expression}.", "the red car", "the red car")]
    [InlineData("{expression}", " a car ", "a car")]
    public void Expressions_never_get_two_articles(string template, string expression, string expected) =>
        Assert.Equal(expected, ObjectPhrase.ForExpression(template, expression));
}
