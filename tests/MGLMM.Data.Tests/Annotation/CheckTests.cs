using MGLMM.Data.Annotation;
using MGLMM.Data.Annotation.Captions;
using MGLMM.Data.Annotation.Checks;
using MGLMM.Data.Annotation.Language;
using MGLMM.Data.Annotation.Steps;
using MGLMM.Masks;

namespace MGLMM.Data.Tests.Annotation;

/// <summary>Each check finds what is wrong and lets pass what is right.</summary>
public sealed class CheckTests
{
    private static readonly RgbImage Picture = PaintedModel.Picture();
    private static readonly AnnotationScene Scene = new("a.png", Picture);
    private static readonly PaintedModel Model = new();

    private static readonly PictureAnnotation Truth = new()
    {
        Width = 96,
        Height = 64,
        Regions =
        [
            Region("r1", "a blue sky", PaintedModel.Sky), Region("r2", "green grass", PaintedModel.Grass), Region("r3", "a red car", PaintedModel.Body, PaintedModel.Wheels),
            Region("r4", "a yellow ball", PaintedModel.Ball), Region("r5", "black wheels", PaintedModel.Wheels) with { Parent = "r3" }, Region("r6", "a red body", PaintedModel.Body) with { Parent = "r3" },
        ],
        Captions = [new NodeCaption(null, "The picture shows <r1>a blue sky</r1> and <r2>green grass</r2>. On the left there is <r3>a red car</r3>. On the right there is <r4>a yellow ball</r4>.", "x"), new NodeCaption("r3", "The red car has <r6>a red body</r6> above <r5>black wheels</r5>.", "x")],
    };

    public static TheoryData<string> Names => [.. AnnotationSteps.Checks(Model).Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_truth_passes(string name) => Assert.Empty((await Check(name).CheckAsync(Scene, Truth)).Findings);

    [Fact]
    public async Task A_colour_that_the_pixels_do_not_have_goes_out_of_the_phrase_and_the_caption()
    {
        CheckFinding finding = Assert.Single((await new ColourCheck().CheckAsync(Scene, With("r4", region => region with { Phrase = "a purple ball" }))).Findings);
        Assert.Equal(("r4", CheckRemedy.DropColours), (finding.Region, finding.Remedy));
        PictureAnnotation mended = (await new CheckStep([new ColourCheck()]).RunAsync(Scene, With("r4", region => region with { Phrase = "an purple ball" }))).Annotation;
        Assert.Equal("a ball", mended.Find("r4")!.Phrase);
        Assert.Contains("<r4>a ball</r4>", mended.Captions[0].Text, StringComparison.Ordinal);
        CheckResult caption = await new ColourCheck().CheckAsync(Scene, Said("a yellow ball", "a purple ball"));
        Assert.Equal(CheckRemedy.Recompose, Assert.Single(caption.Findings).Remedy);
    }

    [Theory]
    [InlineData("On the left there is <r4>a yellow ball</r4>.")]
    [InlineData("<r4>A yellow ball</r4> is on the left.")]
    [InlineData("<r4>A yellow ball</r4> to the left of <r3>a red car</r3>.")]
    [InlineData("There is <r3>a red car</r3>, to the left of it <r4>a yellow ball</r4>.")]
    [InlineData("<r2>Green grass</r2> above <r1>a blue sky</r1>.")]
    [InlineData("<r1>a blue sky</r1>, at the bottom.")]
    public async Task A_place_that_does_not_hold_is_told(string caption)
    {
        CheckResult result = await new PlaceCheck().CheckAsync(Scene, Truth with { Captions = [new NodeCaption(null, caption, "x")] });

        // Of the last, the comma ends what belongs to the phrase, so nothing is claimed of it.
        Assert.Equal(caption.EndsWith(", at the bottom.", StringComparison.Ordinal) ? 0 : 1, result.Findings.Count);
    }

    [Theory]
    [InlineData("On the right there is <r4>a yellow ball</r4>.")]
    [InlineData("<r3>A red car</r3> to the left of <r4>a yellow ball</r4>.")]
    [InlineData("There is <r4>a yellow ball</r4>, to the left of it <r3>a red car</r3>.")]
    [InlineData("<r1>a blue sky</r1> above <r2>green grass</r2>.")]
    [InlineData("<r3>A red car</r3> stands on the left, far from <r4>a yellow ball</r4> on the right.")]
    public async Task A_place_that_holds_passes(string caption) => Assert.Empty((await new PlaceCheck().CheckAsync(Scene, Truth with { Captions = [new NodeCaption(null, caption, "x")] })).Findings);

    [Theory]
    [InlineData("<r1>a</r1> <r2>b</r2> <r3>c</r3>", "it does not name r4")]
    [InlineData("<r1>a</r1> <r2>b</r2> <r3>c</r3> <r4>d</r4> <r4>d</r4>", "it names r4 2 times")]
    [InlineData("<r1>a</r1> <r2>b</r2> <r3>c</r3> <r4>d</r4> <r9>e</r9>", "it names r9, which is not there")]
    [InlineData("<r1>a</r1> <r2>b</r2> <r3>c</r3> <r4> </r4>", "its phrase of r4 is empty")]
    [InlineData("<r1>a</r1> <r2>b</r2> <r3>c</r3> <r4>d</r4> <b>", "it holds mark-up of its own")]
    [InlineData("<r1>a</r1> <r2>b</r2> <r3>c</r3> <r4>d</r4>.", null)]
    public void A_caption_names_every_child_exactly_once(string caption, string? fault) => Assert.Equal(fault, TaggedCaption.FaultOf(caption, ["r1", "r2", "r3", "r4"]));

    [Fact]
    public async Task A_caption_that_names_a_child_twice_is_written_anew()
    {
        PictureAnnotation spoilt = Truth with { Captions = [Truth.Captions[0] with { Text = Truth.Captions[0].Text + " And <r4>a yellow ball</r4>." }, Truth.Captions[1]] };
        AnnotationStepResult result = await new CheckStep([new MarkupCheck()]).RunAsync(Scene, spoilt);
        Assert.Equal(("template", Truth.Captions[0].Text), (result.Annotation.Captions[0].Author, result.Annotation.Captions[0].Text));
        Assert.Equal("markup: a caption does not name every child exactly once", Assert.Single(result.Notes).Reason);
    }

    [Fact]
    public async Task A_phrase_about_something_else_than_its_label_goes()
    {
        CheckFinding finding = Assert.Single((await new HeadCheck().CheckAsync(Scene, With("r4", region => region with { Phrase = "a ball game" }))).Findings);
        Assert.Equal(("r4", CheckRemedy.DropRegion), (finding.Region, finding.Remedy));
        Assert.Equal(CheckRemedy.Recompose, Assert.Single((await new HeadCheck().CheckAsync(Scene, Said("a yellow ball", "a yellow moon"))).Findings).Remedy);
    }

    [Fact]
    public async Task Doubles_and_outlines_that_are_off_and_pieces_without_a_region_are_found()
    {
        PictureAnnotation doubled = Truth with { Regions = [.. Truth.Regions, Truth.Regions[3] with { Id = "r7" }] };
        Assert.Equal("r7", Assert.Single((await new DoubleCheck().CheckAsync(Scene, doubled)).Findings).Region);

        PictureAnnotation moved = With("r3", region => region with { Mask = region.Mask.Grow(4) });
        Assert.Equal("r3", Assert.Single((await new OutlineCheck().CheckAsync(Scene, moved)).Findings).Region);

        PictureAnnotation without = Truth.Without(new HashSet<string> { "r4" });
        CheckFinding finding = Assert.Single((await new CoverageCheck().CheckAsync(Scene, without)).Findings);
        Assert.Equal((null, CheckRemedy.Note), (finding.Region, finding.Remedy));
        Assert.Contains("x 81, y 49", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asked_back_the_model_finds_what_was_swapped_merged_or_made_up()
    {
        PictureAnnotation swapped = With("r3", region => region with { Phrase = "a yellow ball", Label = "ball" });
        swapped = swapped with { Regions = [.. swapped.Regions.Select(region => region.Id == "r4" ? region with { Phrase = "a red car", Label = "car" } : region)] };
        Assert.Equal(["r3", "r4"], (await new AskBackCheck(Model).CheckAsync(Scene, swapped)).Findings.Select(finding => finding.Region).Take(2));

        PictureAnnotation made = With("r4", region => region with { Phrase = "a green dog", Label = "dog" });
        CheckFinding none = Assert.Single((await new AskBackCheck(Model).CheckAsync(Scene, made)).Findings);
        Assert.Equal(("r4", "asked for it, the model finds nothing"), (none.Region, none.Reason));
        Assert.Equal(CheckRemedy.DropRegion, Assert.Single((await new PresenceCheck(Model).CheckAsync(Scene, made)).Findings).Remedy);

        PictureAnnotation coloured = With("r4", region => region with { Phrase = "a purple ball" });
        Assert.Equal(CheckRemedy.DropColours, Assert.Single((await new PresenceCheck(Model).CheckAsync(Scene, coloured)).Findings).Remedy);
    }

    [Fact]
    public void Two_of_one_name_are_asked_for_by_their_sides_or_not_judged()
    {
        Assert.Equal("the man in the blue shirt", PhraseWords.Definite("a man in a blue shirt"));
        Assert.Equal("man", PhraseWords.Label("a man in a blue shirt"));
        Assert.Equal("traffic light", PhraseWords.Label("a black traffic light"));
        Assert.Equal("light", PhraseWords.Label("a big traffic light", ["light", "car"]));
        Assert.Equal(["blue"], PhraseWords.Colours("a man in a blue shirt"));
        Assert.Empty(PhraseWords.Colours("an orange"));
        Assert.Equal("a man in a shirt", PhraseWords.WithoutColours("a man in a blue shirt"));
        Assert.Equal("an umbrella", PhraseWords.WithoutColours("a red umbrella"));
        Assert.Equal("snow", PhraseWords.Indefinite("snow"));
        Assert.Equal("a bus", PhraseWords.Indefinite("bus"));
        Assert.Equal("wheels", PhraseWords.Indefinite("wheels"));
        Assert.True(PhraseWords.IsPlural("two red cars"));
        Assert.False(PhraseWords.IsPlural("green grass"));
    }

    private static IAnnotationCheck Check(string name) => AnnotationSteps.Checks(Model).Single(check => check.Name == name);

    private static AnnotatedRegion Region(string id, string phrase, params (byte, byte, byte)[] colours) =>
        new() { Id = id, Phrase = phrase, Label = PhraseWords.Label(phrase), Mask = PaintedModel.MaskOf(Picture, colours) };

    private static PictureAnnotation With(string id, Func<AnnotatedRegion, AnnotatedRegion> change) =>
        Truth with { Regions = [.. Truth.Regions.Select(region => region.Id == id ? change(region) : region)] };

    private static PictureAnnotation Said(string words, string others) =>
        Truth with { Captions = [.. Truth.Captions.Select(caption => caption with { Text = caption.Text.Replace(words, others, StringComparison.Ordinal) })] };
}
