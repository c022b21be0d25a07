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
    [InlineData("man-1", "man")]
    [InlineData("pine tree-12", "pine tree")]
    [InlineData("man-2 in a red shirt", "man")]
    [InlineData("the seat chair-1", "chair")]
    [InlineData("a treehouse-1", null)]
    [InlineData("-1", null)]
    [InlineData("a treehouse", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_phrase_is_about_its_head(string? phrase, string? expected) => Assert.Equal(expected, Labels.Of(phrase));

    [Fact]
    public void A_number_that_a_label_has_is_its_own() => Assert.Equal(["route-1", "route", "route-1"], new[] { "the route-1", "the route-2", "route-1-2" }.Select(new LabelVocabulary(["route", "route-1"]).Of));

    /// <summary>Labels are tried in their order, "ball" before "hot ball".</summary>
    [Fact]
    public void Of_two_that_end_together_the_longer_is_meant_whichever_comes_first() => Assert.Equal("hot ball", new LabelVocabulary(["hot ball", "ball"]).Of("a red hot ball"));

    /// <summary>Labels are phrases where referring expressions and captions were imported.</summary>
    [Theory]
    [InlineData("man in black", "man in black")]
    [InlineData("Man in black.", "man in black")]
    [InlineData("man in black-2", "man in black")]
    [InlineData("man in white", "man")]
    [InlineData("the man", "The man")]
    [InlineData("THE MAN", "The man")]
    public void A_label_that_is_the_whole_phrase_is_meant(string phrase, string expected) =>
        Assert.Equal(expected, new LabelVocabulary(["man", "man in black", "the man", "The man", "black"]).Of(phrase));

    [Fact]
    public void A_label_without_words_is_nobodys() => Assert.Equal("man", new LabelVocabulary(["man", "..."]).Of("man !"));
}
