using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MGLMM.Runtime.Answers;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Inference;
using MGLMM.Runtime.Preprocessing;
using MGLMM.Runtime.Text;

namespace MGLMM.Runtime;

/// <summary>
/// Turns about one picture. A follow-up continues from the KV cache of the turn before where that is still kept. One turn at
/// a time: a second call while one is under way throws. A turn that fails or is cancelled leaves the dialogue as it was.
/// </summary>
public sealed class Dialogue
{
    private readonly MglmmModel _model;
    private readonly RgbImage _image;
    private readonly List<GroundedAnswer> _turns = [];
    private ConversationPrompt? _prompt;
    private string? _lastAnswer;
    private IReadOnlyList<RegionBox> _regions = [];
    private int _underWay;

    internal Dialogue(MglmmModel model, RgbImage image, IReadOnlyList<EarlierTurn> earlier)
    {
        _model = model;
        _image = image;
        if (earlier.Count == 0)
        {
            return;
        }

        ConversationTemplate template = model.Manifest.Conversation;
        _prompt = ConversationPrompt.Start(template, earlier[0].Instruction).FollowUp(earlier.Zip(earlier.Skip(1), (before, turn) => (Finished(before), turn.Instruction)));
        _lastAnswer = Finished(earlier[^1]);
        _regions = earlier.LastOrDefault(turn => turn.Regions is not null)?.Regions ?? _regions;

        // A finished answer ends with its own end token, and the template adds another, as in the official code.
        string Finished(EarlierTurn turn) => turn.Answer.EndsWith(template.TurnEnd, StringComparison.Ordinal) ? turn.Answer : turn.Answer + template.TurnEnd;
    }

    /// <summary>The answers of this dialogue, oldest first; earlier turns that it was started with are not among them.</summary>
    public IReadOnlyList<GroundedAnswer> Turns => _turns;

    /// <summary>Answers the next instruction of the dialogue.</summary>
    /// <inheritdoc cref="OpenedImage.AskAsync"/>
    /// <exception cref="InvalidOperationException">A turn of this dialogue is under way.</exception>
    public Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(instruction, options, onText: null, cancellationToken);

    /// <summary>Answers the next instruction piece by piece. Ending the enumeration early cancels the turn.</summary>
    /// <inheritdoc cref="OpenedImage.AskAsync"/>
    /// <exception cref="InvalidOperationException">A turn of this dialogue is under way.</exception>
    public async IAsyncEnumerable<AnswerPiece> StreamAsync(
        string instruction, AskOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<string> texts = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        Task<GroundedAnswer> turn = Task.Run(
            async () =>
            {
                try
                {
                    return await RunAsync(instruction, options, text => texts.Writer.TryWrite(text.ToString()), stop.Token).ConfigureAwait(false);
                }
                finally
                {
                    texts.Writer.Complete();
                }
            },
            CancellationToken.None);
        try
        {
            await foreach (string? text in texts.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return new TextPiece(text);
            }

            yield return new CompletedPiece(await turn.ConfigureAwait(false));
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)turn).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private ConversationPrompt Next(string instruction) => _prompt is null
        ? ConversationPrompt.Start(_model.Manifest.Conversation, instruction)
        : _prompt.FollowUp(_lastAnswer!, instruction);

    /// <summary>What the queue has to know of a request.</summary>
    private RequestTerms TermsOf(ConversationPrompt prompt, AskOptions options)
    {
        // Some three letters a token, as they are for the embedded model's words; a follow-up has all but its instruction in the KV cache, if that is still kept.
        const int LettersOfToken = 3;
        return _model.TermsOf(_image, options, prompt.Text.Length / LettersOfToken, options.MaximumNewTokens) with { Within = options.Deadline };
    }

    private async Task<GroundedAnswer> RunAsync(string instruction, AskOptions? options, ReadOnlySpanAction? onText, CancellationToken cancellationToken)
    {
        // To read a long prompt takes a while, and who has left does not wait for it.
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentNullException.ThrowIfNull(instruction);
        if (string.IsNullOrWhiteSpace(instruction))
        {
            throw new ArgumentException("The instruction is empty. Say what to do with the picture, or ask something about it.");
        }

        options ??= AskOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumNewTokens, 1, nameof(options));
        if (options.Deadline is { } deadline)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(deadline, TimeSpan.Zero, nameof(options));
        }

        if (Interlocked.Exchange(ref _underWay, 1) == 1)
        {
            throw new InvalidOperationException("A turn of this dialogue is under way. Wait for it, or start another dialogue.");
        }

        using CancellationTokenSource? late = options.Deadline is { } limit ? new CancellationTokenSource(limit, _model.Options.Time) : null;
        using CancellationTokenSource? either = late is null ? null : CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        CancellationToken ending = either?.Token ?? cancellationToken;
        try
        {
            ConversationPrompt prompt = Next(instruction);
            IReadOnlyList<RegionBox> regions = options.Regions is null ? _regions : [.. options.Regions];
            using MglmmModel.Use use = _model.BeginUse();
            ReadPrompt read = _model.Generator.Read(ImageSize.Of(_image), prompt, regions);
            long asked = Stopwatch.GetTimestamp();
            using RequestQueue.Place place = await _model.Queue.EnterAsync(TermsOf(prompt, options), ending).ConfigureAwait(false);
            TimeSpan waited = Stopwatch.GetElapsedTime(asked);
            GroundedAnswer answer = await AnswerThreads.Shared.RunAsync(
                () => _model.Generator.Generate(_image, read, options, place, waited, onText, ending), ending).ConfigureAwait(false);
            _model.Costs.Learn(answer);
            _prompt = prompt;
            _regions = regions;
            _lastAnswer = answer.Text;
            _turns.Add(answer);
            return answer;
        }
        catch (OperationCanceledException) when (late is { IsCancellationRequested: true } && !cancellationToken.IsCancellationRequested)
        {
            throw new AnswerDeadlineException(options.Deadline!.Value);
        }
        finally
        {
            Volatile.Write(ref _underWay, 0);
        }
    }
}
