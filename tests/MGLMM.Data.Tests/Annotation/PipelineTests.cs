using MGLMM.Data.Annotation;
using MGLMM.Data.Annotation.Captions;
using MGLMM.Data.Annotation.Cleaning;
using MGLMM.Data.Annotation.Proposals;
using MGLMM.Data.Annotation.Steps;
using MGLMM.Masks;

namespace MGLMM.Data.Tests.Annotation;

/// <summary>The steps one after the other, on pictures whose every pixel is known.</summary>
public sealed class PipelineTests
{
    private static readonly PaintedModel Model = new();

    [Fact]
    public async Task A_picture_becomes_a_tree_with_names_and_captions()
    {
        PictureAnnotation made = await RunAsync(PaintedModel.Picture());
        Assert.Equal(
            ["a blue sky|", "green grass|", "a red car|", "a yellow ball|", "a red body|a red car", "black wheels|a red car"],
            made.Regions.Select(region => $"{region.Phrase}|{made.Find(region.Parent)?.Phrase}"));
        RgbImage picture = PaintedModel.Picture();
        Assert.Equal(PaintedModel.MaskOf(picture, PaintedModel.Body, PaintedModel.Wheels), made.Regions[2].Mask);
        Assert.Equal(PaintedModel.MaskOf(picture, PaintedModel.Wheels), made.Regions[5].Mask);
        Assert.Equal(
        [
            "The picture shows <r1>a blue sky</r1> and <r2>green grass</r2>. On the left there is <r3>a red car</r3>. On the right there is <r4>a yellow ball</r4>.",
            "The red car has <r11>a red body</r11> at the top and <r12>black wheels</r12> at the bottom.",
        ],
        made.Captions.Select(caption => caption.Text));
        Assert.Equal("A red car. It is at the bottom, on the left of the picture and takes up a part of the picture.", made.Regions[2].Caption);
        Assert.Equal("Black wheels. They are at the bottom, across the red car and take up a small part of the picture.", made.Regions[5].Caption);
        Assert.All(made.Regions, region => Assert.InRange(region.Confidence, 0.95, 1));
    }

    [Fact]
    public async Task What_a_model_makes_up_is_taken_away_with_the_reason()
    {
        // It takes a corner of the grass for a dog wherever it lists everything, and does not find it again when asked.
        PaintedModel dreaming = new()
        {
            Change = (instruction, answer) => instruction is not ("Everything." or "List.") ? answer : GroundedAnswer.FromText(
                answer.Text + " <p> a brown dog </p> [SEG]", [.. answer.Segments.Select(segment => segment.Mask), Mask.FromRectangle(96, 64, new PixelBox(40, 54, 60, 62))]),
        };
        IReadOnlyList<AnnotationStepResult> results = await new AnnotationPipeline(AnnotationSteps.Default(dreaming)).AnnotateAsync(new AnnotationScene("a.png", PaintedModel.Picture()));
        Assert.DoesNotContain(results[^1].Annotation.Regions, region => region.Label == "dog");
        Assert.Contains(results.SelectMany(result => result.Dropped), drop => drop.Detail.Contains("dog", StringComparison.Ordinal));
        Assert.Equal(6, results[^1].Annotation.Regions.Count);

        IReadOnlyList<AnnotationStepResult> unchecked_ = await new AnnotationPipeline(AnnotationSteps.Default(dreaming, new AnnotationStepOptions { Checked = false })).AnnotateAsync(new AnnotationScene("a.png", PaintedModel.Picture()));
        Assert.Contains(unchecked_[^1].Annotation.Regions, region => region.Label == "dog");
    }

    [Fact]
    public async Task Checks_that_look_at_another_picture_leave_little()
    {
        RgbImage picture = PaintedModel.Picture();
        PictureAnnotation made = (await new AnnotationPipeline(AnnotationSteps.Default(Model, new AnnotationStepOptions { Checked = false })).AnnotateAsync(new AnnotationScene("a.png", picture)))[^1].Annotation;
        AnnotationScene other = new("b.png", PaintedModel.Picture(carLeft: 50, ball: false));
        PictureAnnotation left = (await new CheckStep(AnnotationSteps.Checks(Model)).RunAsync(other, made)).Annotation;
        Assert.Equal(["a blue sky", "green grass"], left.Regions.Select(region => region.Phrase));
    }

    [Fact]
    public async Task A_host_rearranges_steps_and_brings_its_own_masks()
    {
        RgbImage picture = PaintedModel.Picture();
        Detector detector = new(PaintedModel.MaskOf(picture, PaintedModel.Ball));
        AnnotationPipeline pipeline = new([new ProposalStep([detector]), new TreeStep(), new NamingStep(new Namer()), new CaptionStep(new TemplateComposer())]);
        PictureAnnotation made = (await pipeline.AnnotateAsync(new AnnotationScene("a.png", picture)))[^1].Annotation;
        Assert.Equal("On the right there is <r1>a round thing</r1>.", Assert.Single(made.Captions).Text);
        Assert.Equal(["detector"], made.Regions[0].Sources);
        Assert.Throws<ArgumentException>(() => new AnnotationPipeline([new TreeStep(), new TreeStep()]));
    }

    [Fact]
    public async Task A_region_without_a_name_is_named_by_what_the_model_sees_in_a_crop()
    {
        RgbImage picture = PaintedModel.Picture();
        AnnotationPipeline pipeline = new([new ProposalStep([new Detector(PaintedModel.MaskOf(picture, PaintedModel.Ball))]), new NamingStep(new TemplateNamer(Model))]);
        AnnotatedRegion region = (await pipeline.AnnotateAsync(new AnnotationScene("a.png", picture)))[^1].Annotation.Regions[0];
        Assert.Equal(("a striped zebra", "zebra"), (region.Phrase, region.Label));
    }

    [Fact]
    public async Task Cleaning_takes_islands_small_ones_and_doubles_and_keeps_the_name_that_most_have()
    {
        Mask square = Mask.FromRectangle(96, 64, new PixelBox(10, 10, 40, 40));
        Mask spotted = square.Union(Mask.FromRectangle(96, 64, new PixelBox(60, 60, 61, 61))).Subtract(Mask.FromRectangle(96, 64, new PixelBox(20, 20, 22, 22)));
        ProposalStep proposals = new(
        [
            new Detector(spotted, "a blue box"), new Detector(square.Grow(1), "box"), new Detector(square, "a chair"),
            new Detector(Mask.FromRectangle(96, 64, new PixelBox(80, 50, 82, 52)), "a dot"),
        ]);
        IReadOnlyList<AnnotationStepResult> results = await new AnnotationPipeline([proposals, new CleaningStep()]).AnnotateAsync(new AnnotationScene("a.png", PaintedModel.Picture()));
        AnnotatedRegion region = Assert.Single(results[^1].Annotation.Regions);
        Assert.Equal(("a blue box", "box", square), (region.Phrase, region.Label, region.Mask));
        Assert.Equal(0.6667, region.Evidence["votes"]);
        Assert.Equal(["it is too small", "it is there already", "it is there already"], results[^1].Dropped.Select(drop => drop.Reason));
    }

    [Fact]
    public async Task The_tree_follows_containment_and_what_was_listed_side_by_side_stays_so()
    {
        Mask large = Mask.FromRectangle(96, 64, new PixelBox(0, 0, 60, 60)), middle = Mask.FromRectangle(96, 64, new PixelBox(5, 5, 40, 40)), small = Mask.FromRectangle(96, 64, new PixelBox(10, 10, 20, 20));
        PictureAnnotation nested = await TreeOf([new Detector(small), new Detector(large), new Detector(middle)]);
        Assert.Equal(["r3", null, "r2"], nested.Regions.Select(region => region.Parent));

        PictureAnnotation beside = await TreeOf([new Detector(large, answer: "list"), new Detector(small, answer: "list")]);
        Assert.Equal([null, null], beside.Regions.Select(region => region.Parent));
        Assert.Equal(large.Subtract(small), beside.Regions[0].Mask);

        async Task<PictureAnnotation> TreeOf(IReadOnlyList<IMaskProposer> proposers) =>
            (await new AnnotationPipeline([new ProposalStep(proposers), new TreeStep()]).AnnotateAsync(new AnnotationScene("a.png", PaintedModel.Picture())))[^1].Annotation;
    }

    [Fact]
    public async Task Masks_come_in_from_files_as_SA_1B_has_them()
    {
        using TemporaryFolder folder = new();
        RgbImage picture = PaintedModel.Picture();
        folder.Write("deep/a.json", $$"""
            {"annotations": [
              {"segmentation": {"size": [64, 96], "counts": {{Counts(PaintedModel.Ball)}}}, "predicted_iou": 0.95, "stability_score": 0.97, "label": "a ball"},
              {"segmentation": {"size": [64, 96], "counts": {{Counts(PaintedModel.Body)}}}, "predicted_iou": 0.5}]}
            """);
        FileProposer proposer = new(folder.Location, leastPredictedIou: 0.9);
        MaskProposal proposal = Assert.Single(await proposer.ProposeAsync(new AnnotationScene("deep/a.png", picture), []));
        Assert.Equal(("a ball", 0.97, PaintedModel.MaskOf(picture, PaintedModel.Ball)), (proposal.Phrase, proposal.Stability, proposal.Mask));
        Assert.Empty(await proposer.ProposeAsync(new AnnotationScene("none.png", picture), []));

        folder.Write("bad.json", """{"annotations": [{"segmentation": {"size": [3, 3], "counts": "09"}}]}""");
        InvalidDataException fault = await Assert.ThrowsAsync<InvalidDataException>(() => proposer.ProposeAsync(new AnnotationScene("bad.png", picture), []));
        Assert.Contains("'bad.json', annotations[0].segmentation.size", fault.Message, StringComparison.Ordinal);

        string Counts((byte, byte, byte) colour) => System.Text.Json.JsonSerializer.Serialize(CocoRle.Encode(PaintedModel.MaskOf(picture, colour)));
    }

    [Fact]
    public async Task Crops_find_what_they_show_whole_and_leave_out_what_they_cut()
    {
        // The crops are 63 of 96 and 42 of 64 pixels: the ball lies in the lower right one alone, the car in the lower left one.
        IReadOnlyList<MaskProposal> found = await new CropProposer(Model).ProposeAsync(new AnnotationScene("a.png", PaintedModel.Picture()), []);
        RgbImage picture = PaintedModel.Picture();
        Assert.Equal(["car", "ball"], found.Select(proposal => proposal.Phrase));
        Assert.Equal([PaintedModel.MaskOf(picture, PaintedModel.Body, PaintedModel.Wheels), PaintedModel.MaskOf(picture, PaintedModel.Ball)], found.Select(proposal => proposal.Mask));
    }

    private static async Task<PictureAnnotation> RunAsync(RgbImage picture) =>
        (await new AnnotationPipeline(AnnotationSteps.Default(Model)).AnnotateAsync(new AnnotationScene("a.png", picture)))[^1].Annotation;

    private sealed class Detector(Mask mask, string? phrase = null, string? answer = null) : IMaskProposer
    {
        public string Name => "detector";

        public string Settings => "detector 1";

        public Task<IReadOnlyList<MaskProposal>> ProposeAsync(AnnotationScene scene, IReadOnlyList<MaskProposal> earlier, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<MaskProposal>>([new MaskProposal(mask, phrase) { Answer = answer }]);
    }

    private sealed class Namer : IRegionNamer
    {
        public string Name => "round";

        public Task<AnnotatedRegion?> NameAsync(AnnotationScene scene, PictureAnnotation annotation, AnnotatedRegion region, CancellationToken cancellationToken = default) =>
            Task.FromResult<AnnotatedRegion?>(region with { Phrase = "a round thing", Label = "thing" });
    }
}
