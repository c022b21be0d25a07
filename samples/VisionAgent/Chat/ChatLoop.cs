using System.Diagnostics;
using System.Globalization;
using MGLMM.Runtime;
using MGLMM.Vision.Results;
using Microsoft.Extensions.Logging;

namespace MGLMM.Samples.VisionAgent.Chat;

/// <summary>The chat: requests, and commands that begin with a slash.</summary>
internal sealed class ChatLoop
{
    /// <summary>What is asked where nobody is there to ask.</summary>
    public const string Example = "Describe the scene, then the parts of the house, and outline the largest tree.";

    private const string DefaultPicture = "garden.png";

    private const string Commands =
        "  /image <file>   open a picture, or go back to one that is open: /image img1\n"
        + "  /regions        list the regions found so far\n"
        + "  /save <folder>  keep pictures, regions and conversation\n"
        + "  /open <folder>  go on with what was kept, with the same handles\n"
        + "  /help           this list\n"
        + "  /exit           leave";

    private readonly AgentSession _session;
    private readonly SampleConsole _console;
    private readonly AgentOptions _options;

    private ChatLoop(AgentSession session, SampleConsole console, AgentOptions options)
    {
        _session = session;
        _console = console;
        _options = options;
    }

    private static string BundledPictures => Path.Combine(AppContext.BaseDirectory, "images");

    public static async Task RunAsync(AgentOptions options, CancellationToken cancellationToken)
    {
        if (options.Ask is not null && string.IsNullOrWhiteSpace(options.Ask))
        {
            throw new InputException("--ask is empty; give a request, such as --ask \"Where is the car?\".");
        }

        if (options.IsEmbeddedModel && !Directory.Exists(options.Model))
        {
            throw new InputException("The embedded model was not built in; name a bundle with --model <folder> (mglmm convert makes one).");
        }

        SampleConsole console = new();
        ChatEndpoint endpoint = ChatEndpoint.From(Environment.GetEnvironmentVariable);
        Stopwatch clock = Stopwatch.StartNew();
        using ILoggerFactory notes = SampleConsole.Warnings();
        using MglmmModel model = await console.WorkingAsync("loading the model", () => MglmmModel.LoadAsync(options.Model, loggerFactory: notes, cancellationToken: cancellationToken)).ConfigureAwait(false);
        console.Line($"Seeing: {model.Manifest.Name} ({model.Manifest.Precision}, {(model.OnCuda ? "CUDA" : "CPU")}), loaded in {SampleConsole.Milliseconds(clock.Elapsed)}.");
        console.Line($"Planning: {endpoint.Description}.");
        if (options.Image is not null)
        {
            console.Note($"what the vision model knows: {model.Manifest.ModelCard}");
        }

        AgentSession session = new(model, endpoint, options, console);
        OpenedImageResult opened = await session.OpenPictureAsync(options.Image ?? Path.Combine(BundledPictures, DefaultPicture), cancellationToken).ConfigureAwait(false);
        ChatLoop loop = new(session, console, options);
        loop.Opened(opened);
        if (options.Ask is not null)
        {
            await loop.RequestAsync(options.Ask, cancellationToken).ConfigureAwait(false);
            return;
        }

        await loop.ChatAsync(endpoint, cancellationToken).ConfigureAwait(false);
    }

    private async Task ChatAsync(ChatEndpoint endpoint, CancellationToken cancellationToken)
    {
        string? waiting = Console.IsInputRedirected ? await Console.In.ReadLineAsync(cancellationToken).ConfigureAwait(false) : null;
        if (waiting is null)
        {
            // Nobody has asked anything yet: show what it can do. With a paid endpoint, only what was asked for is sent.
            if (!endpoint.IsLanguageModel || Console.IsInputRedirected)
            {
                _console.Line(string.Empty);
                _console.Line($"> {Example}");
                await RequestAsync(Example, cancellationToken).ConfigureAwait(false);
            }

            if (Console.IsInputRedirected)
            {
                return;
            }

            _console.Line(string.Empty);
            _console.Faint("Type a request, /help for commands, /exit to leave.");
        }

        while (true)
        {
            string? line = waiting ?? await ReadAsync(cancellationToken).ConfigureAwait(false);
            waiting = null;
            if (line is null || line.Trim() is "/exit" or "/quit")
            {
                return;
            }

            if (line.Trim().Length == 0)
            {
                continue;
            }

            if (Console.IsInputRedirected)
            {
                _console.Line(string.Empty);
                _console.Line("> " + line);
            }

            try
            {
                await HandleAsync(line.Trim(), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // A mistake in one line does not end the chat.
                _console.Note(exception.Message.ReplaceLineEndings(" "));
            }
        }
    }

    private async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!Console.IsInputRedirected)
        {
            _console.Prompt();
        }

        return await Task.Run(Console.In.ReadLine, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task HandleAsync(string line, CancellationToken cancellationToken)
    {
        if (!line.StartsWith('/'))
        {
            await RequestAsync(line, cancellationToken).ConfigureAwait(false);
            return;
        }

        int blank = line.IndexOf(' ', StringComparison.Ordinal);
        (string command, string argument) = blank < 0 ? (line, string.Empty) : (line[..blank], line[(blank + 1)..].Trim().Trim('"'));
        switch (command.ToLowerInvariant())
        {
            case "/help":
                _console.Line(Commands);
                _console.Line(string.Empty);
                _console.Line(ChatEndpoint.Help);
                break;
            case "/image":
                if (_session.TrySwitch(argument))
                {
                    _console.Line($"Requests are about {_session.Current} now.");
                }
                else
                {
                    Opened(await _session.OpenPictureAsync(Required(argument, command), cancellationToken).ConfigureAwait(false));
                }

                break;
            case "/regions":
                _console.Regions(_session.Workspace);
                break;
            case "/save":
                await _session.SaveAsync(Required(argument, command), cancellationToken).ConfigureAwait(false);
                _console.Line($"Kept in {Path.GetFullPath(argument)}: {Count(_session.Workspace.Images.Count, "picture")}, {Count(_session.Workspace.Regions.Count, "region")} and the conversation.");
                break;
            case "/open":
                await _session.OpenAsync(Required(argument, command), cancellationToken).ConfigureAwait(false);
                _console.Line($"Going on with {Count(_session.Workspace.Images.Count, "picture")} and {Count(_session.Workspace.Regions.Count, "region")}; requests are about {_session.Current}.");
                break;
            default:
                throw new InputException($"There is no command '{command}'. The commands are:\n{Commands}");
        }
    }

    private async Task RequestAsync(string request, CancellationToken cancellationToken)
    {
        HashSet<string> before = _session.Workspace.Artifacts.Select(artifact => artifact.Handle).ToHashSet(StringComparer.Ordinal);
        Stopwatch clock = Stopwatch.StartNew();
        await _session.AskAsync(request, cancellationToken).ConfigureAwait(false);
        string[] made = _session.Workspace.Artifacts.Where(artifact => !before.Contains(artifact.Handle)).Select(artifact => artifact.FileName).ToArray();
        if (made.Length > 0)
        {
            _console.Faint($"Files in {Path.GetFullPath(_options.Output)}: {string.Join(", ", made)}");
        }

        _console.Faint($"Done in {clock.Elapsed.TotalSeconds.ToString("N1", CultureInfo.InvariantCulture)} s.");
    }

    private void Opened(OpenedImageResult opened) => _console.Line($"{opened.Image}: {opened.Name}, {opened.WidthPx} x {opened.HeightPx} px");

    private static string Required(string argument, string command) =>
        argument.Length > 0 ? argument : throw new InputException($"{command} needs a name behind it; /help shows how.");

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
