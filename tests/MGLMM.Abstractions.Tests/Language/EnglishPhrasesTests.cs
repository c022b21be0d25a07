using MGLMM.Language;

namespace MGLMM.Abstractions.Tests.Language;

/// <summary>Noun phrases: their article, their noun, singular and plural.</summary>
public sealed class EnglishPhrasesTests
{
    [Theory]
    [InlineData("a red car", "red car")]
    [InlineData("The old oak", "old oak")]
    [InlineData("an umbrella.", "umbrella")]
    [InlineData("apples", "apples")]
    [InlineData("another car", "another car")]
    [InlineData("the a car", "car")]
    [InlineData("the", "the")]
    public void Articles_are_taken_off(string phrase, string expected) => Assert.Equal(expected, EnglishPhrases.WithoutArticle(phrase));

    [Fact]
    public void Articles_and_case_do_not_make_a_difference()
    {
        Assert.True(EnglishPhrases.Same("a red car", "The Red Car"));
        Assert.False(EnglishPhrases.Same("a red car", "a blue car"));
        Assert.False(EnglishPhrases.Same(null, null));
    }

    [Theory]
    [InlineData("cars", "car")]
    [InlineData("the red cars in the street", "red car in the street")]
    [InlineData("people wearing hats", "person wearing hats")]
    [InlineData("Trees", "Tree")]
    [InlineData("People", "Person")]
    [InlineData("grass", "grass")]
    [InlineData("the sheep", "sheep")]
    [InlineData("a group of people", "group of person")]
    [InlineData("", "")]
    public void The_noun_of_a_phrase_takes_the_singular(string phrase, string singular) => Assert.Equal(singular, EnglishPhrases.Singular(phrase));

    [Theory]
    [InlineData("a red car", "red cars")]
    [InlineData("a man in a blue shirt", "men in a blue shirt")]
    [InlineData("the trees", "trees")]
    [InlineData("Car", "Cars")]
    [InlineData("12", "12s")]
    [InlineData("", "")]
    public void The_noun_of_a_phrase_takes_the_plural(string phrase, string plural) => Assert.Equal(plural, EnglishPhrases.Plural(phrase));

    [Theory]
    [InlineData("a man in a blue shirt", "man in the blue shirt")]
    [InlineData("two trees", "two trees")]
    public void What_is_known_has_its_things_known(string phrase, string known) => Assert.Equal(known, EnglishPhrases.Known(phrase));
}
