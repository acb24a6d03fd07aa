// Sends the answer on at once. Without scripts the button does the same.
document.getElementById("answer").submit();
