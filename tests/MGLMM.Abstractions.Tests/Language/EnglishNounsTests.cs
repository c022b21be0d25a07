using MGLMM.Language;

namespace MGLMM.Abstractions.Tests.Language;

/// <summary>Singular and plural of single nouns.</summary>
public sealed class EnglishNounsTests
{
    [Theory]
    [InlineData("car", "cars")]
    [InlineData("bus", "buses")]
    [InlineData("box", "boxes")]
    [InlineData("bench", "benches")]
    [InlineData("glass", "glasses")]
    [InlineData("berry", "berries")]
    [InlineData("toy", "toys")]
    [InlineData("house", "houses")]
    [InlineData("man", "men")]
    [InlineData("woman", "women")]
    [InlineData("fireman", "firemen")]
    [InlineData("child", "children")]
    [InlineData("person", "people")]
    [InlineData("leaf", "leaves")]
    [InlineData("sheep", "sheep")]
    [InlineData("human", "humans")]
    [InlineData("tree", "trees")]
    [InlineData("potato", "potatoes")]
    [InlineData("cookie", "cookies")]
    [InlineData("movie", "movies")]
    [InlineData("cactus", "cactuses")]
    [InlineData("canvas", "canvases")]
    [InlineData("lens", "lenses")]
    [InlineData("hoof", "hooves")]
    [InlineData("taxi", "taxis")]
    [InlineData("crisis", "crises")]
    [InlineData("canoe", "canoes")]
    [InlineData("stove", "stoves")]
    [InlineData("pie", "pies")]
    [InlineData("scissors", "scissors")]
    [InlineData("moose", "moose")]
    public void Singular_and_plural_find_each_other(string singular, string plural)
    {
        Assert.Equal(plural, EnglishNouns.Plural(singular));
        Assert.Equal(singular, EnglishNouns.Singular(plural));
        Assert.Equal(singular, EnglishNouns.Singular(singular));
    }

    [Theory]
    [InlineData("grass")]
    [InlineData("iris")]
    [InlineData("cactus")]
    [InlineData("gas")]
    public void A_final_s_is_not_always_a_plural(string word) => Assert.Equal(word, EnglishNouns.Singular(word));

    [Theory]
    [InlineData("shoes", "shoe")]
    [InlineData("tomatoes", "tomato")]
    [InlineData("pies", "pie")]
    public void Plurals_of_other_endings(string plural, string singular) => Assert.Equal(singular, EnglishNouns.Singular(plural));

    [Theory]
    [InlineData("cars", true)]
    [InlineData("people", true)]
    [InlineData("sheep", true)]
    [InlineData("trousers", true)]
    [InlineData("car", false)]
    [InlineData("bus", false)]
    [InlineData("grass", false)]
    [InlineData("has", false)]
    [InlineData("this", false)]
    public void A_plural_is_known(string word, bool plural) => Assert.Equal(plural, EnglishNouns.IsPlural(word));
}
