namespace MGLMM.Data.Import;

/// <summary>What samples are made for.</summary>
public enum ImportPurpose
{
    /// <summary>What the reader of the published training code would train on: drawn questions, its order of masks, its answers.</summary>
    Training,

    /// <summary>Every expression of every object of the split once, a turn each.</summary>
    Evaluation,
}
