using System.Text;
using MGLMM.Runtime;
using MGLMM.SemanticKernel;
using MGLMM.SemanticKernel.Chat;
using MGLMM.Vision;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace MGLMM.Samples.VisionAgent.Chat;

/// <summary>One conversation: a chat model or the offline planner, the vision functions, and the workspace that they share.</summary>
internal sealed partial class AgentSession
{
    private readonly MglmmModel _model;
    private readonly ChatEndpoint _endpoint;
    private readonly AgentOptions _options;
    private readonly SampleConsole _console;
    private Kernel _kernel;
    private VisionToolset _toolset;

    public AgentSession(MglmmModel model, ChatEndpoint endpoint, AgentOptions options, SampleConsole console)
    {
        _model = model;
        _endpoint = endpoint;
        _options = options;
        _console = console;
        (_kernel, _toolset) = Build(new VisionWorkspace());
    }

    public VisionWorkspace Workspace => _toolset.Workspace;

    public VisionChatHistory History { get; private set; } = [];

    /// <summary>The picture that requests are about, unless they name another.</summary>
    public string? Current { get; private set; }

    /// <summary>Opens a picture's file for the conversation. Handed in by the host, as a chat does with an attachment: no path is let in.</summary>
    public async Task<OpenedImageResult> OpenPictureAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new InputException(Directory.Exists(path) ? $"'{path}' is a folder; give a PNG, JPEG or WebP file." : $"There is no file '{path}'; check the name.");
        }

        string name = Path.GetFileName(path);
        try
        {
            _toolset.AddImage(name, await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{path}' cannot be opened: {exception.Message}");
        }

        ToolResult result = await _toolset.OpenImageAsync(name, cancellationToken).ConfigureAwait(false);
        if (result is ToolError error)
        {
            throw new ToolFailedException(error);
        }

        OpenedImageResult opened = (OpenedImageResult)result;
        Current = opened.Image;
        return opened;
    }

    /// <summary>Carries out one request. What the planner says arrives piece by piece; its calls show as they happen.</summary>
    public async Task AskAsync(string request, CancellationToken cancellationToken)
    {
        await RenewSystemPromptAsync(cancellationToken).ConfigureAwait(false);
        int before = History.Count;
        History.AddUserMessage(request);
        IChatCompletionService service = _kernel.GetRequiredService<IChatCompletionService>();
        PromptExecutionSettings settings = new() { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() };
        StringBuilder said = new();
        try
        {
            await foreach (StreamingChatMessageContent? piece in service.GetStreamingChatMessageContentsAsync(History, settings, _kernel, cancellationToken).ConfigureAwait(false))
            {
                if (piece.Content is { Length: > 0 } text)
                {
                    said.Append(text);
                    _console.Piece(text);
                }
            }
        }
        catch
        {
            // A request that broke off leaves no half turn behind.
            while (History.Count > before)
            {
                History.RemoveAt(History.Count - 1);
            }

            throw;
        }
        finally
        {
            _console.EndPieces();
        }

        History.AddAssistantMessage(said.ToString());
    }

    private (Kernel Kernel, VisionToolset Toolset) Build(VisionWorkspace workspace)
    {
        // These are the lines that an application needs: a toolset over the model, with a workspace of its own, as plugins.
        VisionToolset toolset = new(_model, workspace, new VisionToolsetOptions { OutputFolder = Path.GetFullPath(_options.Output) });
        IKernelBuilder builder = Kernel.CreateBuilder();
        _endpoint.AddTo(builder);
        builder.Services.AddSingleton<IFunctionInvocationFilter>(new CallDisplay(_console));
        Kernel kernel = builder.Build();
        kernel.AddMglmmVision(toolset);
        if (_endpoint.SeesPictures)
        {
            kernel.AutoFunctionInvocationFilters.Add(new RenderedPictureFilter(workspace));
        }

        return (kernel, toolset);
    }

    /// <summary>The first message always tells which pictures are open, and which is the current one.</summary>
    private async Task RenewSystemPromptAsync(CancellationToken cancellationToken)
    {
        IEnumerable<string> pictures = Workspace.Images.Select(image => $"- {image.Handle}: {image.Name}, {image.Width} x {image.Height} px");
        KernelArguments arguments = new() { ["pictures"] = string.Join('\n', Current is null ? pictures : [.. pictures, PictureSentences.About(Current)]) };
        string prompt = await VisionPrompts.RenderAsync(VisionPrompts.PlanVisualTask, arguments, _kernel, _options.Prompts, cancellationToken).ConfigureAwait(false);
        if (History is [{ } first, ..] && first.Role == AuthorRole.System)
        {
            first.Content = prompt;
        }
        else
        {
            History.Insert(0, new ChatMessageContent(AuthorRole.System, prompt));
        }
    }
}
