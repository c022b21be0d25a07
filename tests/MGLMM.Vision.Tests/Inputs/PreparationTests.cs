using MGLMM.Testing;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tests.Inputs;

/// <summary>Pictures are prepared as soon as they are opened where a host wants that, and nobody notices where it fails.</summary>
public sealed class PreparationTests
{
    private static readonly byte[] Picture = File.ReadAllBytes(RepositoryRoot.Combine("samples", "VisionAgent", "images", "garden.png"));

    [Fact]
    public async Task An_opened_picture_is_prepared_once_for_whoever_opened_it()
    {
        Preparing model = new();
        VisionToolset toolset = Toolset(model, prepares: true);
        Assert.IsType<OpenedImageResult>(await toolset.OpenImageAsync("garden.png"));
        AskOptions options = await model.Prepared.Task;
        Assert.Equal(toolset.Workspace.Requester, options.Requester);
        Assert.Null(options.Deadline);

        // What is open already is opened again for nothing.
        Assert.IsType<OpenedImageResult>(await toolset.OpenImageAsync("garden.png"));
        Assert.IsType<OpenedImageResult>(await toolset.OpenImageAsync("img1"));
        await toolset.AskAsync("img1", "What is it?");
        Assert.Equal(1, model.Times);
        Assert.Equal(1, model.Opened);
    }

    [Fact]
    public async Task A_host_that_adds_a_picture_itself_says_so()
    {
        Preparing model = new();
        VisionToolset toolset = Toolset(model, prepares: true);
        toolset.Prepare(toolset.Workspace.AddImage(RgbImage.FromPixels(new byte[12], 2, 2), "small"));
        await model.Prepared.Task;
        Assert.Equal(1, model.Times);
    }

    [Fact]
    public async Task What_goes_wrong_is_left_to_the_questions()
    {
        Preparing model = new() { Fault = new ModelUnavailableException("not now") };
        VisionToolset toolset = Toolset(model, prepares: true);
        Assert.IsType<OpenedImageResult>(await toolset.OpenImageAsync("garden.png"));
        await model.Prepared.Task;
        Assert.IsNotType<ToolError>(await toolset.AskAsync("img1", "What is it?"));
    }

    [Fact]
    public async Task Nothing_is_prepared_unless_the_host_wants_it()
    {
        Preparing model = new();
        VisionToolset toolset = Toolset(model, prepares: false);
        await toolset.OpenImageAsync("garden.png");
        toolset.Prepare(toolset.Workspace.Images.Single());
        await toolset.AskAsync("img1", "What is it?");
        Assert.Equal(0, model.Times);
    }

    private static VisionToolset Toolset(IGroundingModel model, bool prepares)
    {
        VisionToolset toolset = new(model, options: new VisionToolsetOptions { PrepareImages = prepares, AnswerDeadline = TimeSpan.FromMinutes(1) });
        toolset.AddImage("garden.png", Picture);
        return toolset;
    }

    private sealed class Preparing() : DelegatingGroundingModel(new GardenModel())
    {
        private int _opened;
        private int _times;

        public TaskCompletionSource<AskOptions> Prepared { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Exception? Fault { get; init; }

        public int Opened => _opened;

        public int Times => _times;

        public override async ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _opened);
            return new PreparedImage(await base.OpenImageAsync(image, cancellationToken), PrepareAsync);
        }

        private Task PrepareAsync(AskOptions? options)
        {
            Interlocked.Increment(ref _times);
            Prepared.SetResult(options!);
            return Fault is null ? Task.CompletedTask : Task.FromException(Fault);
        }
    }
}
