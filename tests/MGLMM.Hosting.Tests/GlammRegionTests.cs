using System.Text.Json.Nodes;
using MGLMM.Conversion;
using MGLMM.Masks;
using MGLMM.Runtime;
using MGLMM.Vision;
using MGLMM.Vision.Results;

namespace MGLMM.Hosting.Tests;

/// <summary>The tools over a real GLaMM bundle: what is said about a region is what GLaMM's own code says about its box.</summary>
public sealed class GlammRegionTests : IDisposable
{
    private static readonly string Oracle = RepositoryRoot.Combine("tests", "MGLMM.Runtime.Tests", "data", "oracle-glamm");

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-glamm-tools-").FullName;

    [Fact]
    public async Task A_caption_and_a_question_about_a_region_are_answered_by_its_box()
    {
        using Finding model = new(LoadGlamm(), new PixelBox(84, 20, 138, 66));
        Assert.True(model.Card.TakesBoxes);
        VisionToolset toolset = new(model);
        toolset.AddImage("harbour", File.ReadAllBytes(Path.Combine(Oracle, "images", "wide_150x88.png")));
        await toolset.OpenImageAsync("harbour").As<OpenedImageResult>();
        string region = (await toolset.ReferAsync("img1", "ship").As<GroundedResult>()).Regions.Single().Region;
        Assert.Equal("It shows an old ship with two masts.", (await toolset.CaptionAsync("img1", region).As<CaptionResult>()).Caption);
        GroundedResult answer = await toolset.AskAsync("img1", "What does the area", region: region).As<GroundedResult>();
        Assert.Equal("It shows an old ship with two masts.", answer.Caption);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private MglmmModel LoadGlamm()
    {
        string checkpoint = Path.Combine(_folder, "checkpoint");
        Directory.CreateDirectory(checkpoint);
        foreach (string file in Directory.GetFiles(Path.Combine(Oracle, "glamm-tiny")))
        {
            File.Copy(file, Path.Combine(checkpoint, Path.GetFileName(file)));
        }

        // Sentences that make exactly the questions that this checkpoint was fitted to.
        JsonObject card = new()
        {
            ["instructions"] = new JsonObject
            {
                ["refer"] = new JsonArray("{expression}"),
                ["region_caption"] = new JsonArray("What does the area <bbox> of the picture show?"),
                ["ask"] = new JsonArray("{question}"),
                ["ask.region"] = new JsonArray("{question} <bbox> of the picture show?"),
            },
        };
        File.WriteAllText(Path.Combine(checkpoint, "mglmm.json"), card.ToJsonString());
        string bundle = Path.Combine(_folder, "bundle");
        CheckpointConverter.Convert(new ConversionOptions
        {
            Checkpoint = checkpoint,
            VisionTower = Path.Combine(Oracle, "clip-vit-tiny-patch14-252"),
            Output = bundle,
            Precision = "fp32",
        });
        return MglmmModel.Load(bundle);
    }

    /// <summary>Finds a rectangle when asked for the ship, and passes everything else on.</summary>
    private sealed class Finding(IGroundingModel inner, PixelBox rectangle) : DelegatingGroundingModel(inner)
    {
        public override async ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default) =>
            new Opened(await base.OpenImageAsync(image, cancellationToken), rectangle);

        private sealed class Opened(IOpenedImage inner, PixelBox rectangle) : IOpenedImage
        {
            public int Width => inner.Width;

            public int Height => inner.Height;

            public Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) => instruction == "ship"
                ? Task.FromResult(new GroundedAnswerBuilder().Ground("ship", Mask.FromRectangle(Width, Height, rectangle)).Build())
                : inner.AskAsync(instruction, options, cancellationToken);

            public IAsyncEnumerable<AnswerPiece> StreamAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) =>
                inner.StreamAsync(instruction, options, cancellationToken);
        }
    }
}
