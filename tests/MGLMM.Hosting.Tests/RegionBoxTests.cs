using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using MGLMM.Conversion;
using MGLMM.Masks;
using MGLMM.Runtime;
using MGLMM.Vision;
using MGLMM.Vision.Results;

namespace MGLMM.Hosting.Tests;

/// <summary>A model that takes boxes is told of a region by its box in the whole picture; others are shown its crop.</summary>
public sealed class RegionBoxTests : IDisposable
{
    private const string Picture = "wide_150x88";

    private static readonly string Oracle = RepositoryRoot.Combine("tests", "MGLMM.Runtime.Tests", "data", "oracle-glamm");

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-region-box-").FullName;

    /// <summary>The official code's answer for this very box.</summary>
    [Fact]
    public async Task A_caption_of_a_region_is_that_of_its_box()
    {
        using var model = new Pointing(LoadGlamm(), new PixelBox(84, 20, 138, 66));
        var toolset = await OpenAsync(model);
        var found = await toolset.ReferAsync("img1", "ship").As<GroundedResult>();
        var caption = await toolset.CaptionAsync("img1", found.Regions.Single().Region).As<CaptionResult>();
        Assert.Equal("It shows an old ship with two masts.", caption.Caption);
        Assert.Equal([new RegionBox(84, 20, 138, 66)], model.Last!.Regions!);
        Assert.Equal((150, 88), model.LastSize);

        // The whole picture is asked about without boxes, before and after.
        await toolset.CaptionAsync("img1");
        Assert.Null(model.Last.Regions);
    }

    [Theory]
    [InlineData(true, "What is this?")]
    [InlineData(false, "What is <bbox> ?")]
    [InlineData(false, "What is this?")]
    public async Task Without_boxes_or_a_sentence_that_points_to_one_the_crop_is_shown(bool takesBoxes, string sentence)
    {
        using var model = new Pointing(inner: null, new PixelBox(84, 20, 138, 66))
        {
            Told = new ModelCard
            {
                Name = "told",
                TakesBoxes = takesBoxes,
                Wordings = new Dictionary<string, IReadOnlyList<string>> { ["refer"] = ["{expression}"], ["region_caption"] = [sentence], ["caption.normal"] = ["What is it?"] },
            },
        };
        var toolset = await OpenAsync(model);
        var found = await toolset.ReferAsync("img1", "ship").As<GroundedResult>();
        await toolset.CaptionAsync("img1", found.Regions.Single().Region).As<CaptionResult>();
        Assert.Null(model.Last!.Regions);
        Assert.True(model.LastSize.Width < 150 && model.LastSize.Height < 88);
        Assert.Equal(sentence.Contains("<bbox>", StringComparison.Ordinal) ? "What is it?" : sentence, model.LastInstruction);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<VisionToolset> OpenAsync(IGroundingModel model)
    {
        var toolset = new VisionToolset(model);
        toolset.AddImage(Picture, File.ReadAllBytes(Path.Combine(Oracle, "images", Picture + ".png")));
        await toolset.OpenImageAsync(Picture).As<OpenedImageResult>();
        return toolset;
    }

    private MglmmModel LoadGlamm()
    {
        var checkpoint = Path.Combine(_folder, "checkpoint");
        Directory.CreateDirectory(checkpoint);
        foreach (var file in Directory.GetFiles(Path.Combine(Oracle, "glamm-tiny")))
        {
            File.Copy(file, Path.Combine(checkpoint, Path.GetFileName(file)));
        }

        var card = new JsonObject
        {
            ["instructions"] = new JsonObject
            {
                ["refer"] = new JsonArray("{expression}"),
                ["region_caption"] = new JsonArray("What does the area <bbox> of the picture show?"),
                ["caption.normal"] = new JsonArray("Sum up the scene in a few words."),
            },
        };
        File.WriteAllText(Path.Combine(checkpoint, "mglmm.json"), card.ToJsonString());
        var bundle = Path.Combine(_folder, "bundle");
        CheckpointConverter.Convert(new ConversionOptions
        {
            Checkpoint = checkpoint,
            VisionTower = Path.Combine(Oracle, "clip-vit-tiny-patch14-252"),
            Output = bundle,
            Precision = "fp32",
        });
        return MglmmModel.Load(bundle);
    }

    /// <summary>Points to a rectangle whatever it is asked to refer to, and passes everything else on; remembers what it was asked.</summary>
    private sealed class Pointing(IGroundingModel? inner, PixelBox rectangle) : IGroundingModel
    {
        public PixelBox Rectangle => rectangle;

        public ModelCard? Told { get; init; }

        public ModelCard Card => Told ?? inner!.Card;

        public ModelStatus Status => new(ModelState.Ready, "It answers.");

        public AskOptions? Last { get; private set; }

        public string? LastInstruction { get; private set; }

        public (int Width, int Height) LastSize { get; private set; }

        public async ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default) =>
            new Opened(this, image, inner is null ? null : await inner.OpenImageAsync(image, cancellationToken));

        public object? GetService(Type serviceType, object? serviceKey = null) => inner?.GetService(serviceType, serviceKey);

        public void Dispose() => inner?.Dispose();

        private sealed class Opened(Pointing model, RgbImage image, IOpenedImage? opened) : IOpenedImage
        {
            public int Width => image.Width;

            public int Height => image.Height;

            public Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default)
            {
                (model.Last, model.LastInstruction, model.LastSize) = (options, instruction, (image.Width, image.Height));
                return instruction == "ship"
                    ? Task.FromResult(new GroundedAnswerBuilder().Ground("ship", Mask.FromRectangle(Width, Height, model.Rectangle)).Build())
                    : opened?.AskAsync(instruction, options, cancellationToken) ?? Task.FromResult(new GroundedAnswerBuilder().Say("Words.").Build());
            }

            public async IAsyncEnumerable<AnswerPiece> StreamAsync(string instruction, AskOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
            {
                yield return new CompletedPiece(await AskAsync(instruction, options, cancellationToken));
            }
        }
    }
}
