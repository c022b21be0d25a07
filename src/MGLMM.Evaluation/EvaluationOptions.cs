using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Captions;
using MGLMM.Evaluation.Metrics;

namespace MGLMM.Evaluation;

/// <summary>How an evaluation is run.</summary>
public sealed class EvaluationOptions
{
    /// <summary>Only these tasks; empty takes all.</summary>
    public IReadOnlyCollection<string> Tasks { get; init; } = [];

    /// <summary>At most so many samples of each task; null takes all.</summary>
    public int? SamplesPerTask { get; init; }

    /// <summary>
    /// Only so many pictures, drawn at random, with all of their questions; null takes all. A smaller number takes some of those that a larger one takes.
    /// </summary>
    public int? Pictures { get; init; }

    /// <summary>Which <see cref="Pictures"/> are drawn: the same seed draws the same.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// Asks every question about another sample's picture. Whatever is still right then was answered without looking.
    /// </summary>
    public bool ShuffleImages { get; init; }

    /// <summary>
    /// A file to which answers are appended as they come; answers already in it are not asked again. Null keeps them in a temporary
    /// file for the length of the run.
    /// </summary>
    public string? Predictions { get; init; }

    /// <summary>A folder for pictures of the best, the median and the worst sample of each task. Files of an earlier evaluation are replaced, and no others. Null draws none.</summary>
    public string? Sheet { get; init; }

    /// <summary>A folder for truth and answers in COCO's formats. Files of an earlier evaluation are replaced, and no others. Null writes none.</summary>
    public string? Coco { get; init; }

    /// <summary>Whose rules the answers are scored by.</summary>
    public EvaluationProtocol Protocol { get; init; }

    /// <summary>How alike phrases have to be for the recall of <see cref="EvaluationProtocol.Mglmm"/>. Null takes the same words only.</summary>
    public ITextSimilarity? TextSimilarity { get; init; }

    /// <summary>WordNet, for METEOR with its synonyms beside METEOR without. Null leaves that out.</summary>
    public WordNet? Synonyms { get; init; }

    /// <summary>
    /// A folder of answers in the official form of GCG and MGSC, one <c>IMAGE_ID.json</c> with <c>{image_id, caption, phrases, pred_masks}</c> each, that are scored
    /// instead of asking a model. Null asks.
    /// </summary>
    public string? Answers { get; init; }

    /// <summary>
    /// A folder to write answers and truths into as the official scripts of GCG and MGSC read them. Files of an earlier evaluation are replaced, and no others.
    /// Null writes none.
    /// </summary>
    public string? Official { get; init; }

    /// <summary>What is asked instead of a sample's instruction, such as the model's own wording for it. Null asks what the file says.</summary>
    public Func<SegCapSample, string>? Instruction { get; init; }

    /// <summary>Tokens to generate at most.</summary>
    public int MaximumNewTokens { get; init; } = 512;
}
