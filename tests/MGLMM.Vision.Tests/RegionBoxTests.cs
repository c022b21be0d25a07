using System.Runtime.CompilerServices;
using MGLMM.Masks;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tests;

/// <summary>A model that takes boxes is told of a region by its box in the whole picture; others are shown its crop.</summary>
public sealed class RegionBoxTests
{
    private static readonly PixelBox Box = new(84, 20, 138, 66);

    [Fact]
    public async Task A_model_that_takes_boxes_is_asked_about_a_region_by_its_box()
    {
        using Pointing model = new() { Card = Card(takesBoxes: true, "What is <bbox> ?", "Look at <bbox> . {question}") };
        VisionToolset toolset = await OpenAsync(model);
        string region = (await toolset.ReferAsync("img1", "ship").As<GroundedResult>()).Regions.Single().Region;
        Assert.Null(model.Last!.Regions);

        await toolset.CaptionAsync("img1", region).As<CaptionResult>();
        Assert.Equal(("What is <bbox> ?", (150, 88)), (model.LastInstruction, model.LastSize));
        Assert.Equal([new RegionBox(84, 20, 138, 66)], model.Last.Regions!);

        GroundedResult answer = await toolset.AskAsync("img1", "Is it <bbox> old?", region: region).As<GroundedResult>();
        Assert.Equal(("Look at <bbox> . Is it old?", (150, 88)), (model.LastInstruction, model.LastSize));
        Assert.Equal([new RegionBox(84, 20, 138, 66)], model.Last.Regions!);
        Assert.Equal("box", answer.LookedAt);

        // What follows on the whole picture knows nothing of the box.
        await toolset.AskAsync("img1", "And now?", followUp: true).As<GroundedResult>();
        Assert.Null(model.Last.Regions);
        Assert.Equal(["ship"], model.Last.EarlierTurns.Select(turn => turn.Instruction));
    }

    [Theory]
    [InlineData(true, "What is this?", "{question}", "What is this?", "Is it old?")]
    [InlineData(false, "What is <bbox> ?", "Look at <bbox> . {question}", "What is it?", "Is it old?")]
    [InlineData(false, "What is this?", null, "What is this?", "Is it old?")]
    public async Task Without_boxes_or_a_sentence_that_points_to_one_the_crop_is_shown(bool takesBoxes, string caption, string? question, string captioned, string asked)
    {
        using Pointing model = new() { Card = Card(takesBoxes, caption, question) };
        VisionToolset toolset = await OpenAsync(model);
        string region = (await toolset.ReferAsync("img1", "ship").As<GroundedResult>()).Regions.Single().Region;
        await toolset.CaptionAsync("img1", region).As<CaptionResult>();
        AssertCrop(captioned);
        Assert.Equal("crop", (await toolset.AskAsync("img1", "Is it old?", region: region).As<GroundedResult>()).LookedAt);
        AssertCrop(asked);

        void AssertCrop(string instruction)
        {
            Assert.Null(model.Last!.Regions);
            Assert.Equal(instruction, model.LastInstruction);
            Assert.True(model.LastSize.Width < 150 && model.LastSize.Height < 88);
        }
    }

    private static ModelCard Card(bool takesBoxes, string caption, string? question)
    {
        Dictionary<string, IReadOnlyList<string>> wordings = new() { ["refer"] = ["{expression}"], ["region_caption"] = [caption], ["caption.normal"] = ["What is it?"], ["ask"] = ["{question}"] };
        if (question is not null)
        {
            wordings["ask.region"] = [question];
        }

        return new ModelCard { Name = "pointing", TakesBoxes = takesBoxes, Wordings = wordings };
    }

    private static async Task<VisionToolset> OpenAsync(IGroundingModel model)
    {
        VisionToolset toolset = new(model);
        toolset.AddImage("harbour", File.ReadAllBytes(RepositoryRoot.Combine("tests", "MGLMM.Runtime.Tests", "data", "oracle-glamm", "images", "wide_150x88.png")));
        await toolset.OpenImageAsync("harbour").As<OpenedImageResult>();
        return toolset;
    }

    /// <summary>Points to a rectangle when asked for the ship and says something else to the rest; remembers what it was asked.</summary>
    private sealed class Pointing : IGroundingModel
    {
        public required ModelCard Card { get; init; }

        public ModelStatus Status => new(ModelState.Ready, "It answers.");

        public AskOptions? Last { get; private set; }

        public string? LastInstruction { get; private set; }

        public (int Width, int Height) LastSize { get; private set; }

        public ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default) => new(new Opened(this, image));

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }

        private sealed class Opened(Pointing model, RgbImage image) : IOpenedImage
        {
            public int Width => image.Width;

            public int Height => image.Height;

            public Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default)
            {
                (model.Last, model.LastInstruction, model.LastSize) = (options, instruction, (image.Width, image.Height));
                GroundedAnswerBuilder answer = new();
                return Task.FromResult((instruction == "ship" ? answer.Ground("ship", Mask.FromRectangle(Width, Height, Box)) : answer.Say("Words.")).Build());
            }

            public async IAsyncEnumerable<AnswerPiece> StreamAsync(
                string instruction, AskOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
            {
                yield return new CompletedPiece(await AskAsync(instruction, options, cancellationToken));
            }
        }
    }
}
