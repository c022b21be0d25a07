using MGLMM.Vision.Grounding;

namespace MGLMM.Vision.Tests;

/// <summary>Which word of a request a model means that says it does not know one, and spells it wrong.</summary>
public sealed class UnknownWordsTests
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal) { "horse", "tree", "person" };

    [Theory]
    [InlineData("horseborn", "Is the horse a unicorn?", null, "horseborn")]
    [InlineData("hoarse", "Is the horse a unicorn?", "unicorn", "unicorn")]
    [InlineData("horses", "Are the horses unicorns?", "unicorns", "horses")] // It says so itself.
    [InlineData("horsed", "Are the horses unicorns?", "unicorns", "unicorns")]
    [InlineData("elefant", "Is the elephant a horse?", null, "elephant")]
    [InlineData("peopel", "the people", null, "peopel")]
    public void A_word_that_it_knows_is_not_meant(string said, string asked, string? unlisted, string meant) => Assert.Equal(meant, UnknownWords.AsAsked(said, asked, unlisted, Known));

    [Fact]
    public void Without_a_card_the_nearest_word_is_meant() => Assert.Equal("horse", UnknownWords.AsAsked("hoarse", "Is the horse a unicorn?", "unicorn"));
}
