using MGLMM.Masks;

namespace MGLMM.Abstractions.Tests;

public sealed class GroundedAnswerBuilderTests
{
    private static readonly Mask First = Mask.FromRectangle(6, 4, new PixelBox(0, 0, 2, 4));
    private static readonly Mask Second = Mask.FromRectangle(6, 4, new PixelBox(3, 0, 6, 4));

    [Fact]
    public void Phrases_and_masks_become_an_answer()
    {
        GroundedAnswer answer = new GroundedAnswerBuilder().Say("There are ").Ground("two cars", First, Second).Say(" before ").Ground("a wall").Say(".").Build();
        Assert.Equal("There are two cars before a wall.", answer.Caption);
        Assert.Equal("There are <p> two cars </p> [SEG] [SEG] before <p> a wall </p> .", answer.Text);
        Assert.Equal([("two cars", First), ("two cars", Second)], answer.Segments.Select(segment => (segment.Phrase!, segment.Mask)));
        Assert.Equal("two cars", answer.Caption[answer.Segments[1].Start..answer.Segments[1].End]);
        Assert.Equal(["two cars", "a wall"], answer.Grounded.Phrases.Select(phrase => phrase.Phrase));
    }

    [Fact]
    public void Markup_in_words_makes_no_masks()
    {
        GroundedAnswer answer = new GroundedAnswerBuilder().Say("[SEG] </p>").Ground("a <p> car [SEG]", First).Build();
        Assert.Equal(("a car", First), (Assert.Single(answer.Segments).Phrase!, answer.Segments[0].Mask));
    }

    [Fact]
    public void A_segment_beyond_the_masks_is_dropped() =>
        Assert.Single(GroundedAnswer.FromText("<p> a </p> [SEG] [SEG]", [First]).Segments);
}
