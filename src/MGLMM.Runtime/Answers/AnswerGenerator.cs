using System.Diagnostics;
using MGLMM.Masks;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Caching;
using MGLMM.Runtime.Inference;
using MGLMM.Runtime.Preprocessing;
using MGLMM.Runtime.Text;

namespace MGLMM.Runtime.Answers;

/// <summary>
/// From a prompt and a picture to a grounded answer: prefill what the KV cache lacks, decode greedily, remember the state that
/// predicts each [SEG], decode the masks in few runs. Thread-safe.
/// </summary>
internal sealed class AnswerGenerator
{
    /// <summary>KV buffers are sized in steps, so that prompts of similar length share them.</summary>
    private const int CapacityStep = 128;

    private const string EncodingForMasks = "encoding the picture for masks";

    /// <summary>Boxes of one run of the region encoder: at full size each takes some 20 MB on the way.</summary>
    private const int RegionBatch = 16;

    private readonly BundleManifest _manifest;
    private readonly int _maximumDraftTokens;
    private readonly int _prefillChunk;
    private readonly GroundingTokenizer _tokenizer;
    private readonly VisionEncoders _vision;
    private readonly LanguageDecoder _decoder;
    private readonly StepSharing _sharing;
    private readonly ImageStateStore _store;
    private readonly MaskPostprocessor _postprocessor;
    private readonly int[] _openingPositions;

    public AnswerGenerator(
        BundleManifest manifest,
        int maximumDraftTokens,
        int prefillChunk,
        GroundingTokenizer tokenizer,
        VisionEncoders vision,
        LanguageDecoder decoder,
        StepSharing sharing,
        ImageStateStore store)
    {
        _manifest = manifest;
        _maximumDraftTokens = maximumDraftTokens;
        _prefillChunk = prefillChunk;
        _tokenizer = tokenizer;
        _vision = vision;
        _decoder = decoder;
        _sharing = sharing;
        _store = store;
        _postprocessor = new MaskPostprocessor(manifest.MaskDecoder.LogitsSize, manifest.GroundingEncoder.ImageSize);
        int[] opening = tokenizer.EncodePrompt(ConversationPrompt.Opening(manifest.Conversation));
        MasksAtOnce = vision.MasksAtOnce;
        _openingPositions = Expand(opening)[..(Array.IndexOf(opening, GroundingTokenizer.ImagePlaceholder) + manifest.GlobalEncoder.TokenCount)];
    }

    /// <summary>How many first positions every prompt about a picture begins with.</summary>
    private int SharedLength => _openingPositions.Length;

    /// <summary>Masks of one run of the mask decoder at most.</summary>
    internal int MasksAtOnce { get; set; }

    /// <summary>What runs cost on this machine.</summary>
    internal RunCosts Costs { get; } = new();

    /// <summary>The prompt's positions: ids, with the image placeholder repeated once per image token.</summary>
    public int[] Expand(ReadOnlySpan<int> promptIds)
    {
        int count = _manifest.GlobalEncoder.TokenCount;
        int at = promptIds.IndexOf(GroundingTokenizer.ImagePlaceholder);
        int[] positions = new int[promptIds.Length - 1 + count];
        promptIds[..at].CopyTo(positions);
        positions.AsSpan(at, count).Fill(GroundingTokenizer.ImagePlaceholder);
        promptIds[(at + 1)..].CopyTo(positions.AsSpan(at + count));
        return positions;
    }

    /// <summary>Reads a prompt, without the device: what cannot be answered is refused before anyone waits for it.</summary>
    /// <param name="image">The picture's size.</param>
    /// <param name="prompt">The whole dialogue up to the open question.</param>
    /// <param name="regions">Boxes for the <c>&lt;bbox&gt;</c> of the whole dialogue.</param>
    /// <exception cref="PromptTooLongException">It leaves no room for an answer.</exception>
    /// <exception cref="ArgumentException">Its boxes cannot be given to this model.</exception>
    public ReadPrompt Read(ImageSize image, ConversationPrompt prompt, IReadOnlyList<RegionBox> regions)
    {
        int[] promptIds = _tokenizer.EncodePrompt(prompt.Text);
        int[] positions = Expand(promptIds);
        int maximum = _manifest.Decoder.MaximumLength;
        return positions.Length < maximum
            ? new ReadPrompt(prompt, promptIds, positions, regions, RegionPlacement.Of(_manifest, positions, regions, image))
            : throw new PromptTooLongException(positions.Length, maximum);
    }

    /// <summary>Answers a prompt. Blocks the calling thread while the device works.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="read">The prompt and its boxes, whatever <paramref name="options"/> say of them.</param>
    /// <param name="options">Limits.</param>
    /// <param name="place">The request's place in the queue before the device.</param>
    /// <param name="queueTime">How long it waited for that.</param>
    /// <param name="onText">If given, told of decoded text; the span is valid during the call only.</param>
    /// <param name="cancellationToken">Observed at every token and within runs.</param>
    public GroundedAnswer Generate(
        RgbImage image,
        ReadPrompt read,
        AskOptions options,
        RequestQueue.Place place,
        TimeSpan queueTime,
        ReadOnlySpanAction? onText,
        CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        (ConversationPrompt prompt, int[] promptIds, int[] positions, IReadOnlyList<RegionBox> regions, RegionPlacement placement) = read;
        int capacity = Capacity(positions.Length, options.MaximumNewTokens);
        using RunGuard guard = new(place, cancellationToken);
        ImageState imageState = _store.Acquire(image.ContentHash);
        try
        {
            Generation generation = Decode(imageState, image, positions, placement, capacity, options, guard, onText, cancellationToken);
            IReadOnlyList<float>[]? features = null;
            if (options.IncludeRegionFeatures)
            {
                long clock = Stopwatch.GetTimestamp();
                features = AllRegionFeatures(imageState, image, placement, guard, cancellationToken);
                TimeSpan took = features.Length == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(clock);
                generation = generation with { Timings = generation.Timings with { RegionEncoder = generation.Timings.RegionEncoder + took } };
            }

            (Mask[] masks, AnswerTimings grounding) = DecodeMasks(imageState, image, generation.SegmentStates, options.Progress, guard, cancellationToken);
            return Compose(prompt, promptIds, positions, generation, masks, grounding with
            {
                Queue = queueTime,
                Total = queueTime + Stopwatch.GetElapsedTime(started),
            }) with
            {
                Regions = regions,
                RegionFeatures = features,
            };
        }
        finally
        {
            _store.Release(imageState);
        }
    }

    /// <summary>
    /// Does ahead what answers about a picture need, as far as it is not there: its encodings, and the decoder's run over its positions. Once somebody asks or waits for a place, what only masks need is left to the
    /// answer, which may have none. Blocks the calling thread.
    /// </summary>
    /// <param name="image">The picture.</param>
    /// <param name="maximumNewTokens">Of the answers that are to come, so that there is room for them.</param>
    /// <param name="progress">Told of each step; may be null.</param>
    /// <param name="place">The request's place in the queue before the device.</param>
    /// <param name="cancellationToken">Observed between and within runs.</param>
    public void Prepare(RgbImage image, int maximumNewTokens, IProgress<WorkProgress>? progress, RequestQueue.Place place, CancellationToken cancellationToken)
    {
        using RunGuard guard = new(place, cancellationToken);
        ImageState imageState = _store.Acquire(image.ContentHash);
        try
        {
            // The decoder is the largest graph: while it is still being loaded, there is time for the encoders.
            ImageTokens(imageState, image, guard, cancellationToken, out _);
            bool first = _decoder.IsAtHand;
            if (first)
            {
                PrefillPicture();
                if (_store.IsShared(imageState) || place.OthersWait)
                {
                    return;
                }
            }

            progress?.Report(new WorkProgress(EncodingForMasks));
            Embedding(imageState, image, guard, cancellationToken, out _);
            if (!first)
            {
                PrefillPicture();
            }
        }
        finally
        {
            _store.Release(imageState);
        }

        void PrefillPicture()
        {
            // Where a question came meanwhile, that runs them.
            if (!imageState.HoldsPicture && imageState.PrefillGate.CurrentCount > 0)
            {
                RegionPlacement none = RegionPlacement.Of(_manifest, _openingPositions, [], ImageSize.Of(image));
                int room = Capacity(SharedLength + CapacityStep, maximumNewTokens);
                imageState.Return(Prefill(imageState, image, _openingPositions, none, room, progress, guard, cancellationToken, "reading the picture").State);
            }
        }
    }

    /// <summary>Positions that a state gets, for a prompt and an answer.</summary>
    private int Capacity(int positions, int maximumNewTokens) =>
        (int)Math.Min(_manifest.Decoder.MaximumLength, ((positions + (long)maximumNewTokens + CapacityStep - 1) / CapacityStep) * CapacityStep);

    private Generation Decode(
        ImageState imageState,
        RgbImage image,
        int[] positions,
        RegionPlacement placement,
        int capacity,
        AskOptions options,
        RunGuard guard,
        ReadOnlySpanAction? onText,
        CancellationToken cancellationToken)
    {
        int width = _manifest.Decoder.HiddenSize;
        int limit = Math.Min(options.MaximumNewTokens, _manifest.Decoder.MaximumLength - positions.Length);
        StopReason reason = limit < options.MaximumNewTokens ? StopReason.MaximumLength : StopReason.MaximumNewTokens;
        List<int> generated = new(Math.Min(limit, 1024));
        List<float[]> segmentStates = new();
        StreamingDetokenizer? detokenizer = onText is null ? null : new StreamingDetokenizer(_tokenizer);

        (DecodingState state, AnswerTimings prefill) = Prefill(imageState, image, WithRegions(imageState, positions, placement), placement, capacity, options.Progress, guard, cancellationToken);
        try
        {
            long clock = Stopwatch.GetTimestamp();
            using StepSharing.Sequence sequence = _sharing.Begin(state);
            DraftLookup drafter = new(imageState.Transcripts, positions.AsSpan(SharedLength), limit, new DraftPolicy(Costs));
            Span<int> step = stackalloc int[1 + _maximumDraftTokens];
            (int row, int drafted, int runs) = (0, 0, 0);
            while (true)
            {
                // Row by row of the last run: what the model says, as long as it agrees with what was guessed.
                int token = state.NextTokenOf(row);
                if (float.IsNaN(state.LogitsOf(row)[token]))
                {
                    throw new ModelUnavailableException(
                        "The model's output is not a number. Its weights are damaged, or too large for fp16 arithmetic: convert the checkpoint again, for the CPU with --precision fp32.");
                }

                generated.Add(token);
                options.Progress?.Report(new WorkProgress("answering", generated.Count, limit, "tokens at most"));
                if (token == _manifest.Tokens.Segment)
                {
                    // The state that predicted [SEG] prompts the mask decoder, not the state of [SEG] itself.
                    segmentStates.Add(state.HiddenOf(row).ToArray());
                }

                if (detokenizer is not null && detokenizer.Append(token) is { IsEmpty: false } text)
                {
                    onText!(text);
                }

                if (token == _manifest.Tokens.EndOfSequence || generated.Count == limit)
                {
                    reason = token == _manifest.Tokens.EndOfSequence ? StopReason.EndOfSequence : reason;
                    state.Cache.Rewind(positions.Length + generated.Count - 1);
                    break;
                }

                drafter.Append(token);
                if (row < drafted && step[row + 1] == token)
                {
                    row++;
                    continue;
                }

                // The cache keeps what was right; the token just found is fed next, with a new guess behind it.
                state.Cache.Rewind(positions.Length + generated.Count - 1);
                if (drafted > 0)
                {
                    drafter.Verified(row);
                }

                row = 0;
                runs++;
                step[0] = token;
                int company = sequence.Company;
                drafted = drafter.Guess(step[1..Math.Min(step.Length, limit - generated.Count)], company, sequence.IsShared);
                if (company > 1 && drafted == 0)
                {
                    sequence.Step(token, guard);
                    continue;
                }

                sequence.Leave();
                using (guard.TakeDevice())
                {
                    // The first run of a size prepares what later ones reuse; it says nothing about their cost.
                    bool usual = state.IsPrepared(drafted + 1);
                    long begun = Stopwatch.GetTimestamp();
                    state.Step(step[..(drafted + 1)], guard);
                    if (usual)
                    {
                        Costs.Add(drafted + 1, Stopwatch.GetTimestamp() - begun);
                    }
                }
            }

            imageState.Remember(drafter.Transcript);
            if (detokenizer is not null && detokenizer.Complete() is { IsEmpty: false } rest)
            {
                onText!(rest);
            }

            float[] states = new float[segmentStates.Count * width];
            for (int index = 0; index < segmentStates.Count; index++)
            {
                segmentStates[index].CopyTo(states, index * width);
            }

            return new Generation(generated, states, reason, prefill with { Decode = Stopwatch.GetElapsedTime(clock), DecodeRuns = runs });
        }
        finally
        {
            imageState.Return(state);
        }
    }

    /// <summary>The positions with what stands for a box in the place of its token, so that a KV cache is taken for the same box only.</summary>
    private static int[] WithRegions(ImageState imageState, int[] positions, RegionPlacement placement)
    {
        if (placement.At.Length == 0)
        {
            return positions;
        }

        int[] ids = imageState.Regions.IdsOf(placement.Boxes);
        int[] sequence = [.. positions];
        for (int token = 0; token < placement.At.Length; token++)
        {
            sequence[placement.At[token]] = ids[placement.BoxOf(token)];
        }

        return sequence;
    }

    /// <summary>
    /// A decoder state that holds the whole prompt. The first request about a picture runs the picture's positions alone;
    /// those that come meanwhile wait for it and copy them. The caller returns the state.
    /// </summary>
    private (DecodingState State, AnswerTimings Timings) Prefill(
        ImageState imageState, RgbImage image, int[] positions, RegionPlacement placement, int capacity, IProgress<WorkProgress>? progress, RunGuard guard, CancellationToken cancellationToken,
        string reading = "reading the question")
    {
        bool first = !imageState.HoldsPicture;
        if (first)
        {
            imageState.PrefillGate.Wait(cancellationToken);
        }

        DecodingState? state = null;
        try
        {
            state = imageState.Take(_decoder, positions, SharedLength, capacity, _store.Room);
            int reused = state.Cache.Tokens.Count;
            long clock = Stopwatch.GetTimestamp();
            bool encoded = false;
            bool needsPicture = positions.AsSpan(reused).Contains(GroundingTokenizer.ImagePlaceholder);
            if (needsPicture)
            {
                progress?.Report(new WorkProgress("looking at the picture"));
            }

            float[] imageTokens = needsPicture
                ? ImageTokens(imageState, image, guard, cancellationToken, out encoded)
                : [];
            TimeSpan globalTime = Stopwatch.GetElapsedTime(clock);
            clock = Stopwatch.GetTimestamp();
            Dictionary<int, float[]> regions = MissingRegions(imageState, image, positions, placement, reused, guard, cancellationToken);
            TimeSpan regionTime = regions.Count == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(clock);
            Load(progress, cancellationToken);
            clock = Stopwatch.GetTimestamp();
            bool more;
            do
            {
                progress?.Report(new WorkProgress(reading, state.Cache.Tokens.Count, positions.Length, "positions"));
                // A run a turn, so that a long prompt does not hold up others.
                using (guard.TakeDevice())
                {
                    int before = state.Cache.Tokens.Count;
                    long begun = Stopwatch.GetTimestamp();
                    more = state.Prefill(positions, GroundingTokenizer.ImagePlaceholder, imageTokens, _prefillChunk, guard, regions: regions);
                    Costs.AddPrompt(state.Cache.Tokens.Count - before, Stopwatch.GetTimestamp() - begun);
                }
            }
            while (more);

            imageState.PictureIsIn(state);
            return (state, new AnswerTimings
            {
                GlobalEncoder = globalTime,
                RegionEncoder = regionTime,
                Prefill = Stopwatch.GetElapsedTime(clock),
                ReusedPositions = reused,
                GlobalEncoderSkipped = !encoded,
            });
        }
        catch
        {
            if (state is not null)
            {
                imageState.Return(state);
            }

            throw;
        }
        finally
        {
            if (first)
            {
                imageState.PrefillGate.Release();
            }
        }
    }

    private void Load(IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        if (!_decoder.IsLoaded)
        {
            progress?.Report(new WorkProgress("waiting for the decoder"));
            _decoder.Load(cancellationToken);
        }
    }

    private (Mask[] Masks, AnswerTimings Timings) DecodeMasks(
        ImageState imageState, RgbImage image, float[] segmentStates, IProgress<WorkProgress>? progress, RunGuard guard, CancellationToken cancellationToken)
    {
        if (segmentStates.Length == 0)
        {
            return ([], new AnswerTimings { GroundingEncoderSkipped = true });
        }

        progress?.Report(new WorkProgress(EncodingForMasks));
        long clock = Stopwatch.GetTimestamp();
        float[] embedding = Embedding(imageState, image, guard, cancellationToken, out bool encoded);
        TimeSpan encoderTime = Stopwatch.GetElapsedTime(clock);

        int count = segmentStates.Length / _manifest.Decoder.HiddenSize;
        ImageSize size = ImageSize.Of(image);
        List<Mask> masks = new(count);
        (TimeSpan decoderTime, TimeSpan postprocessingTime) = (TimeSpan.Zero, TimeSpan.Zero);

        // In runs of bounded memory, between which others have the device.
        int width = _manifest.Decoder.HiddenSize;
        while (masks.Count < count)
        {
            progress?.Report(new WorkProgress("drawing masks", masks.Count, count, "masks"));
            int atOnce = Math.Min(count - masks.Count, MasksAtOnce);
            float[] states = atOnce == count ? segmentStates : segmentStates.AsSpan(masks.Count * width, atOnce * width).ToArray();
            clock = Stopwatch.GetTimestamp();
            float[] logits = OnDevice(_vision.MaskGraph, states, (rows, turn) => _vision.DecodeMasks(embedding, rows, turn), guard, cancellationToken);

            decoderTime += Stopwatch.GetElapsedTime(clock);
            clock = Stopwatch.GetTimestamp();
            masks.AddRange(_postprocessor.ToMasks(logits, _vision.GroundingSize(size), size, cancellationToken: cancellationToken));
            postprocessingTime += Stopwatch.GetElapsedTime(clock);
        }

        return ([.. masks], new AnswerTimings
        {
            GroundingEncoder = encoderTime,
            MaskDecoder = decoderTime,
            Postprocessing = postprocessingTime,
            GroundingEncoderSkipped = !encoded,
        });
    }

    private float[] ImageTokens(ImageState state, RgbImage image, RunGuard guard, CancellationToken cancellationToken, out bool encoded) =>
        state.Tokens.GetOrCompute(() => EncodeImage(state, image, guard, cancellationToken).Tokens, cancellationToken, out encoded);

    private (float[] Tokens, float[]? RegionLevels) EncodeImage(ImageState state, RgbImage image, RunGuard guard, CancellationToken cancellationToken)
    {
        (float[] Tokens, float[]? RegionLevels) encoding = OnDevice(_vision.GlobalGraph, _vision.PreprocessGlobal(image), _vision.EncodeImage, guard, cancellationToken);
        if (encoding.RegionLevels is { } levels && state.RegionPyramid.Bytes == 0)
        {
            state.RegionLevels.Offer(levels);
        }

        return encoding;
    }

    private float[] RegionPyramid(ImageState state, RgbImage image, RunGuard guard, CancellationToken cancellationToken) => state.RegionPyramid.GetOrCompute(
        () =>
        {
            float[] levels = state.RegionLevels.GetOrCompute(() => EncodeImage(state, image, guard, cancellationToken).RegionLevels!, cancellationToken, out _);
            float[] pyramid = OnDevice(null, levels, _vision.EncodePyramid, guard, cancellationToken);
            state.RegionLevels.Drop();
            return pyramid;
        },
        cancellationToken,
        out _);

    /// <summary>The features of the boxes that a sequence holds from a position on, by what stands for each in it.</summary>
    private Dictionary<int, float[]> MissingRegions(
        ImageState state, RgbImage image, int[] sequence, RegionPlacement placement, int start, RunGuard guard, CancellationToken cancellationToken)
    {
        List<NormalizedBox> boxes = new();
        List<int> ids = new();
        for (int token = 0; token < placement.At.Length; token++)
        {
            if (placement.At[token] >= start)
            {
                boxes.Add(placement.Boxes[placement.BoxOf(token)]);
                ids.Add(sequence[placement.At[token]]);
            }
        }

        return RegionFeatures(state, image, [.. boxes], [.. ids], guard, cancellationToken);
    }

    /// <summary>The features of boxes, by what stands for each in a sequence; computed where they are not kept.</summary>
    private Dictionary<int, float[]> RegionFeatures(
        ImageState state, RgbImage image, ReadOnlySpan<NormalizedBox> boxes, ReadOnlySpan<int> ids, RunGuard guard, CancellationToken cancellationToken)
    {
        Dictionary<int, float[]> features = new();
        List<(int Id, NormalizedBox Box)> missing = new();
        for (int index = 0; index < ids.Length; index++)
        {
            int id = ids[index];
            if (state.Regions.FeaturesOf(id) is { } known)
            {
                features[id] = known;
            }
            else if (!missing.Exists(pair => pair.Id == id))
            {
                missing.Add((id, boxes[index]));
            }
        }

        if (missing.Count == 0)
        {
            return features;
        }

        int width = _manifest.Decoder.HiddenSize;
        float[] pyramid = RegionPyramid(state, image, guard, cancellationToken);
        foreach ((int Id, NormalizedBox Box)[] batch in missing.Chunk(RegionBatch))
        {
            float[] rows;
            using (guard.TakeDevice())
            {
                rows = _vision.EncodeRegions(pyramid, batch.Select(pair => pair.Box).ToArray(), guard);
            }

            for (int index = 0; index < batch.Length; index++)
            {
                float[] row = rows.AsSpan(index * width, width).ToArray();
                features[batch[index].Id] = row;
                state.Regions.Keep(batch[index].Id, row);
            }
        }

        return features;
    }

    private IReadOnlyList<float>[] AllRegionFeatures(ImageState state, RgbImage image, RegionPlacement placement, RunGuard guard, CancellationToken cancellationToken)
    {
        int[] ids = state.Regions.IdsOf(placement.Boxes);
        Dictionary<int, float[]> features = RegionFeatures(state, image, placement.Boxes, ids, guard, cancellationToken);
        return [.. ids.Select(id => features[id])];
    }

    private float[] Embedding(ImageState state, RgbImage image, RunGuard guard, CancellationToken cancellationToken, out bool encoded) =>
        state.Embedding.GetOrCompute(() => OnDevice(_vision.GroundingGraph, _vision.PreprocessGrounding(image), _vision.EncodeGrounding, guard, cancellationToken), cancellationToken, out encoded);

    private static T OnDevice<T>(GraphSession? graph, float[] pixels, Func<float[], RunGuard, T> encode, RunGuard guard, CancellationToken cancellationToken)
    {
        // Loaded before the device is taken, which others have meanwhile.
        using GraphSession.Use? use = graph?.Acquire(cancellationToken);
        using (guard.TakeDevice())
        {
            return encode(pixels, guard);
        }
    }

    private GroundedAnswer Compose(
        ConversationPrompt prompt, int[] promptIds, int[] positions, Generation generation, Mask[] masks, AnswerTimings grounding)
    {
        int[] output = [.. promptIds, .. generation.TokenIds];
        GroundedText parsed = AnswerParser.Parse(_tokenizer.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(generation.TokenIds)), masks.Length);
        GroundedSegment[] segments = new GroundedSegment[masks.Length];
        for (int index = 0; index < masks.Length; index++)
        {
            GroundedPhrase phrase = parsed.BySegment[index];
            segments[index] = new GroundedSegment(phrase.Phrase, phrase.Start, phrase.End, masks[index]);
        }

        AnswerTimings language = generation.Timings;
        return new GroundedAnswer
        {
            Prompt = prompt.Text,
            Text = OfficialText.OfTurn(_tokenizer, _manifest.Conversation, output),
            Grounded = parsed,
            Segments = segments,
            TokenIds = generation.TokenIds,
            StopReason = generation.Reason,
            Timings = grounding with
            {
                GlobalEncoder = language.GlobalEncoder,
                RegionEncoder = language.RegionEncoder,
                Prefill = language.Prefill,
                Decode = language.Decode,
                PromptPositions = positions.Length,
                ReusedPositions = language.ReusedPositions,
                DecodeRuns = language.DecodeRuns,
                GlobalEncoderSkipped = language.GlobalEncoderSkipped,
            },
        };
    }

    private sealed record Generation(List<int> TokenIds, float[] SegmentStates, StopReason Reason, AnswerTimings Timings);
}

/// <summary>Receives decoded text; the span is valid during the call only.</summary>
internal delegate void ReadOnlySpanAction(ReadOnlySpan<char> text);
