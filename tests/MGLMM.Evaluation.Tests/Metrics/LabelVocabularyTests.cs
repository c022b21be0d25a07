using MGLMM.Evaluation.Metrics;

namespace MGLMM.Evaluation.Tests.Metrics;

public sealed class LabelVocabularyTests
{
    private static readonly LabelVocabulary Labels = new(["seat", "chair", "man", "shirt", "tree", "pine tree", "hot-air balloon", "house", "fence"]);

    [Theory]
    [InlineData("the wooden seat of the chair", "seat")]
    [InlineData("a man in a red shirt", "man")]
    [InlineData("A Red Shirt", "shirt")]
    [InlineData("a tall pine tree", "pine tree")]
    [InlineData("a tree", "tree")]
    [InlineData("the house to the left of the fence", "house")]
    [InlineData("a hot-air balloon.", "hot-air balloon")]
    [InlineData("the thing on the chair", "chair")]
    [InlineData("a treehouse", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_phrase_is_about_its_head(string? phrase, string? expected) => Assert.Equal(expected, Labels.Of(phrase));

    /// <summary>Labels are tried in their order, "ball" before "hot ball".</summary>
    [Fact]
    public void Of_two_that_end_together_the_longer_is_meant_whichever_comes_first() => Assert.Equal("hot ball", new LabelVocabulary(["hot ball", "ball"]).Of("a red hot ball"));
}
