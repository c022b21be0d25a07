namespace MGLMM.Vision.Language;

/// <summary>What the answer to a question has to do with the question's subject.</summary>
internal enum QuestionKind
{
    /// <summary>"What is the boy wearing?": words about it.</summary>
    About,

    /// <summary>"Which boy is taller?", "Find the boys": it is among them.</summary>
    Names,

    /// <summary>"Where is the boy?", "Is there a boy?": it, or where it is.</summary>
    Place,
}
