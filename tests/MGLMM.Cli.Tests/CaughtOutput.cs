using System.Text;
using MGLMM.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MGLMM.Cli.Tests;

/// <summary>What one run of the tool says, apart from what others say beside it in the same process: it follows the flow of the call that began it.</summary>
internal sealed class CaughtOutput
{
    private static readonly AsyncLocal<CaughtOutput?> Current = new();

    private readonly MemoryStream _output = new();
    private readonly StringWriter _error = new();
    private readonly IAnsiConsole _console;

    static CaughtOutput()
    {
        TextWriter output = Console.Out;
        TextWriter error = Console.Error;
        IAnsiConsole console = AnsiConsole.Console;
        Console.SetOut(new Switch(() => Current.Value?.Writer ?? output));
        Console.SetError(new Switch(() => Current.Value is { } caught ? TextWriter.Synchronized(caught._error) : error));
        AnsiConsole.Console = new SwitchConsole(() => Current.Value?._console ?? console);
        Func<Stream> open = Terminal.Open;
        Terminal.Open = () => Current.Value is { } caught ? new Tap(caught) : open();
        Terminal.IsWatched = () => false;
    }

    private CaughtOutput()
    {
        Writer = TextWriter.Synchronized(new StreamWriter(_output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });

        // As AnsiConsole makes it of a pipe.
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(Writer) });
        _console.Profile.Width = ToolCommands.RedirectedWidth;
    }

    public string Output => Encoding.UTF8.GetString(_output.ToArray());

    public string Error => _error.ToString();

    private TextWriter Writer { get; }

    /// <summary>Catches what is said from here on in this call and in all that it starts.</summary>
    public static CaughtOutput Begin() => Current.Value = new CaughtOutput();

    private sealed class Switch(Func<TextWriter> current) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => current().Write(value);

        public override void Write(string? value) => current().Write(value);

        public override void Write(char[] buffer, int index, int count) => current().Write(buffer, index, count);

        public override void WriteLine(string? value) => current().WriteLine(value);

        public override void Flush() => current().Flush();
    }

    private sealed class SwitchConsole(Func<IAnsiConsole> current) : IAnsiConsole
    {
        public Profile Profile => current().Profile;

        public IAnsiConsoleCursor Cursor => current().Cursor;

        public IAnsiConsoleInput Input => current().Input;

        public IExclusivityMode ExclusivityMode => current().ExclusivityMode;

        public RenderPipeline Pipeline => current().Pipeline;

        public void Clear(bool home) => current().Clear(home);

        public void Write(IRenderable renderable) => current().Write(renderable);

        public void WriteAnsi(Action<AnsiWriter> action) => current().WriteAnsi(action);
    }

    /// <summary>Standard output as bytes, which whoever opens it may close.</summary>
    private sealed class Tap(CaughtOutput caught) : MemoryStream
    {
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                caught._output.Write(ToArray());
            }

            base.Dispose(disposing);
        }
    }
}
