using MGLMM.Evaluation.Captions;

namespace MGLMM.Evaluation.Tests.Captions;

/// <summary>
/// Scores that NLTK documents for its <c>meteor_score</c> (module documentation, meteor.doctest, test_meteor.py) and that need no synonyms.
/// </summary>
public sealed class MeteorTests
{
    [Theory]
    [InlineData("this is a test", "THIS Is a tEST", 0.9922)]
    [InlineData("The cat sat on the mat", "The cat sat on the mat", 0.9977)]
    [InlineData("The cat sat on the mat", "on the mat sat the cat", 0.5)]
    [InlineData("The cat sat on the mat", "The cat was sat on the mat", 0.9654)]
    [InlineData("create or update a vm set", "creates or updates a virtual machine scale set", 0.7806)]
    [InlineData("The candidate has no alignment to any of the references", "John loves Mary", 0)]
    [InlineData("this is a cat", "non matching hypothesis", 0)]
    [InlineData(
        "It is a guide to action that ensures that the military will forever heed Party commands",
        "It is a guide to action which ensures that the military always obeys the commands of the party",
        0.6944)]
    public void Scores_are_those_that_NLTK_documents(string reference, string candidate, double expected) =>
        Assert.Equal(expected, Meteor.Score(CaptionTokens.Of(candidate), CaptionTokens.Of(reference)), 4);

    [Fact]
    public void The_formula_by_hand()
    {
        // Three of four words match (one by its stem) in two chunks: P 3/4, R 3/5, F = .45 / (.675 + .06), penalty .5 (2/3)^3.
        double expected = 0.45 / 0.735 * (1 - (0.5 * 8 / 27));
        Assert.Equal(expected, Meteor.Score(["red", "houses", "near", "water"], ["a", "red", "house", "by", "water"]), 12);
    }

    [Fact]
    public void Nothing_said_and_nothing_wanted_score_nothing()
    {
        Assert.Equal(0, Meteor.Score([], ["a"]));
        Assert.Equal(0, Meteor.Score(["a"], []));
    }
}
