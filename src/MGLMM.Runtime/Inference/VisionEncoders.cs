using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Preprocessing;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Inference;

/// <summary>
/// The three vision graphs: picture to image tokens, picture to grounding embedding, [SEG] states to mask logits.
/// Thread-safe. Results are managed arrays in CPU memory that the caller owns.
/// </summary>
internal sealed class VisionEncoders
{
    private readonly ModelSessions _sessions;
    private readonly BundleManifest _manifest;
    private readonly GlobalImagePreprocessor _globalPreprocessor;
    private readonly GroundingImagePreprocessor _groundingPreprocessor;

    public VisionEncoders(ModelSessions sessions, BundleManifest manifest)
    {
        _sessions = sessions;
        _manifest = manifest;
        _globalPreprocessor = new GlobalImagePreprocessor(manifest.GlobalEncoder);
        _groundingPreprocessor = new GroundingImagePreprocessor(manifest.GroundingEncoder);
    }

    /// <summary>Pixel values [3, side, side] of the global encoder.</summary>
    public float[] PreprocessGlobal(RgbImage image)
    {
        var pixels = GC.AllocateUninitializedArray<float>(_globalPreprocessor.ValueCount);
        _globalPreprocessor.Process(image, pixels);
        return pixels;
    }

    /// <summary>Pixel values [3, side, side] of the grounding encoder.</summary>
    public float[] PreprocessGrounding(RgbImage image)
    {
        var pixels = GC.AllocateUninitializedArray<float>(_groundingPreprocessor.ValueCount);
        _groundingPreprocessor.Process(image, pixels);
        return pixels;
    }

    /// <summary>The size that the grounding encoder sees, before it is padded to the square.</summary>
    public ImageSize GroundingSize(ImageSize original) => _groundingPreprocessor.ScaledSize(original);

    /// <summary>Projected image tokens [token count, decoder width].</summary>
    public float[] EncodeTokens(float[] pixels, RunGuard guard) => EncodeGlobal(pixels, "image_tokens", _manifest.Decoder.HiddenSize, guard);

    /// <summary>The tower's features before the projector, [token count, tower width]; for parity checks.</summary>
    public float[] EncodeFeatures(float[] pixels, int width, RunGuard guard) => EncodeGlobal(pixels, "image_features", width, guard);

    /// <summary>The grounding embedding [grid * grid, channels].</summary>
    public float[] EncodeGrounding(float[] pixels, RunGuard guard)
    {
        var specification = _manifest.GroundingEncoder;
        var cells = specification.GridSize * specification.GridSize;
        var embedding = GC.AllocateUninitializedArray<float>(cells * specification.Channels);
        Run(
            guard,
            _sessions.GroundingEncoder,
            "pixel_values",
            pixels,
            [1, 3, specification.ImageSize, specification.ImageSize],
            "image_embeddings",
            embedding,
            [1, cells, specification.Channels]);
        return embedding;
    }

    /// <summary>Low-resolution mask logits [count, side, side] for [SEG] states [count, decoder width], in one run.</summary>
    public float[] DecodeMasks(float[] embedding, float[] segmentStates, RunGuard guard)
    {
        var grounding = _manifest.GroundingEncoder;
        var count = segmentStates.Length / _manifest.Decoder.HiddenSize;
        var side = _manifest.MaskDecoder.LogitsSize;
        var logits = GC.AllocateUninitializedArray<float>(checked(count * side * side));
        using var embeddingValue = OrtValue.CreateTensorValueFromMemory(embedding, [1, grounding.GridSize * grounding.GridSize, grounding.Channels]);
        using var statesValue = OrtValue.CreateTensorValueFromMemory(segmentStates, [count, _manifest.Decoder.HiddenSize]);
        using var logitsValue = OrtValue.CreateTensorValueFromMemory(logits, [count, side, side]);
        using var binding = _sessions.MaskDecoder.CreateIoBinding();
        binding.BindInput("image_embeddings", embeddingValue);
        binding.BindInput("segment_states", statesValue);
        binding.BindOutput("low_res_masks", logitsValue);
        guard.Run(_sessions.MaskDecoder, binding);
        return logits;
    }

    private float[] EncodeGlobal(float[] pixels, string output, int width, RunGuard guard)
    {
        var specification = _manifest.GlobalEncoder;
        var values = GC.AllocateUninitializedArray<float>(specification.TokenCount * width);
        Run(
            guard,
            _sessions.GlobalEncoder,
            "pixel_values",
            pixels,
            [1, 3, specification.ImageSize, specification.ImageSize],
            output,
            values,
            [1, specification.TokenCount, width]);
        return values;
    }

    private static void Run(
        RunGuard guard, InferenceSession session, string inputName, float[] input, long[] inputShape, string outputName, float[] output, long[] outputShape)
    {
        using var inputValue = OrtValue.CreateTensorValueFromMemory(input, inputShape);
        using var outputValue = OrtValue.CreateTensorValueFromMemory(output, outputShape);
        using var binding = session.CreateIoBinding();
        binding.BindInput(inputName, inputValue);
        binding.BindOutput(outputName, outputValue);
        guard.Run(session, binding);
    }
}
