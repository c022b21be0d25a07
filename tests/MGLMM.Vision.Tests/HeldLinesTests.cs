using System.Collections.Concurrent;
using MGLMM.Masks;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;
using Microsoft.Extensions.Logging;

namespace MGLMM.Vision.Tests;

/// <summary>Lines of the tools that no other test would miss.</summary>
public sealed class HeldLinesTests
{
    [Theory]
    [InlineData(0x200B)] // zero-width space
    [InlineData(0x202E)] // right-to-left override
    [InlineData(0x2066)] // left-to-right isolate
    [InlineData(0x061C)] // Arabic letter mark
    [InlineData(0xFEFF)] // byte-order mark
    [InlineData(0x00AD)] // soft hyphen
    [InlineData(0x2028)] // line separator
    [InlineData(0x2029)] // paragraph separator
    [InlineData(0xE0041)] // tag letter
    [InlineData(0x1B)] // escape
    public void What_cannot_be_seen_or_turns_text_around_is_let_through_nowhere(int character)
    {
        string hidden = $"a{char.ConvertFromUtf32(character)}b";
        Assert.Equal("a b", PlainText.Limit(hidden, 40));
    }

    [Theory]
    [InlineData("\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645")]
    [InlineData("\uD83D\uDC69\u200D\uD83C\uDF3E")]
    public void Joiners_that_scripts_and_emoji_need_stay(string text) => Assert.Equal(text, PlainText.Limit(text, 40));

    [Fact]
    public async Task A_tool_that_fails_inside_is_in_the_log_with_its_cause()
    {
        FailureLog log = new();
        VisionToolset toolset = Open(new ScriptedGroundingModel { Answer = (_, _) => throw new InvalidOperationException("the cause") }, log);
        await toolset.SegmentAndCaptionAsync("img1").Fails(ToolErrorCodes.Failed);
        (LogLevel level, Exception? cause) = Assert.Single(log.Failures);
        Assert.Equal(LogLevel.Error, level);
        Assert.Equal("the cause", cause!.Message);

        // A caller's mistake is not the host's.
        await toolset.SegmentAndCaptionAsync("img9").Fails(ToolErrorCodes.UnknownHandle);
        Assert.Single(log.Failures);
    }

    [Fact]
    public async Task An_instruction_that_the_model_cannot_take_is_told_of_with_numbers()
    {
        VisionToolset toolset = Open(new ScriptedGroundingModel { Answer = (_, _) => throw new PromptTooLongException(500, 400) });
        ToolError error = await toolset.AskAsync("img1", "One?").Fails(ToolErrorCodes.TooLong);
        Assert.Contains("500 positions", error.Message, StringComparison.Ordinal);
        Assert.Contains("400", error.Message, StringComparison.Ordinal);
        Assert.Contains("fewer words", error.Try, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_follow_up_that_is_too_long_forgets_the_oldest_turn_alone()
    {
        List<IReadOnlyList<string>> asked = [];
        ScriptedGroundingModel model = new()
        {
            Answer = (instruction, options) =>
            {
                asked.Add([.. options.EarlierTurns.Select(turn => turn.Instruction)]);
                return options.EarlierTurns.Count > 2 ? throw new PromptTooLongException(500, 400) : $"{instruction}</s>";
            },
        };
        VisionToolset toolset = Open(model);
        await toolset.AskAsync("img1", "One?").As<GroundedResult>();
        await toolset.AskAsync("img1", "Two?", followUp: true).As<GroundedResult>();
        await toolset.AskAsync("img1", "Three?", followUp: true).As<GroundedResult>();
        asked.Clear();
        await toolset.AskAsync("img1", "Four?", followUp: true).As<GroundedResult>();
        Assert.Equal([["One?", "Two?", "Three?"], ["Two?", "Three?"]], asked);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public async Task A_part_of_fewer_than_four_pixels_is_none(int pixels, bool isLeftOut)
    {
        // The object is the left half's edge of so many pixels, and all that the model finds in it.
        VisionToolset toolset = Open(new ScriptedGroundingModel { Answer = (_, _) => "It is <p> a speck </p> [SEG].</s>" });
        VisionImage image = toolset.Workspace.Images[0];
        VisionRegion parent = toolset.Workspace.AddRegion(image.Handle, Mask.FromRectangle(image.Width, image.Height, new PixelBox(0, 0, pixels, 1)));
        GroundedResult result = await toolset.ReferAsync(image.Handle, "speck", parent.Handle).As<GroundedResult>();
        Assert.Equal(isLeftOut, result.Empty);
    }

    private static VisionToolset Open(ScriptedGroundingModel model, ILoggerFactory? log = null)
    {
        VisionToolset toolset = new(model, options: new VisionToolsetOptions { MinimumContainment = 0, CropBelowFraction = 0 }, loggerFactory: log);
        toolset.Workspace.AddImage(RgbImage.FromPixels(new byte[3 * 40 * 30], 40, 30), "picture");
        return toolset;
    }

    private sealed class FailureLog : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<(LogLevel Level, Exception? Cause)> Failures { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
            {
                Failures.Enqueue((logLevel, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
