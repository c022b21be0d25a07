namespace MGLMM.Evaluation.Metrics;

/// <summary>Whose rules answers are scored by. The same kept answers can be scored by any of them.</summary>
public enum EvaluationProtocol
{
    /// <summary>This project's own: every measure that applies to a sample, with the paired names of the file's labels.</summary>
    Own,

    /// <summary>The published evaluation of MGLMM, its quirks included: ignored pixels are background, recall ends at the first pair that fails.</summary>
    Mglmm,

    /// <summary>LISA's: gIoU and cIoU of an answer's masks together, ignored pixels left out.</summary>
    Lisa,

    /// <summary>ReLA's of gRefCOCO: N-acc and T-acc by what the model says, gIoU and cIoU that depend on it.</summary>
    Rela,

    /// <summary>COCO's: panoptic quality with void and crowds, AP50 as COCOeval has it, captions against all references.</summary>
    Coco,
}
