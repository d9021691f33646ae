; made from sources 7622410f27a2dedd4d4299d98ae9c2d5 by graphc.runtime.native_text
declare void @graphc_pause()

define internal fastcc void @launch(ptr %retptr, i64 %arg.control, i64 %arg.function, i64 %arg.argument) {
entry:
  %.9 = inttoptr i64 %arg.control to ptr
  %.10 = getelementptr i8, ptr %.9, i64 8
  store i64 %arg.function, ptr %.10, align 8
  %.14 = getelementptr i8, ptr %.9, i64 16
  store i64 %arg.argument, ptr %.14, align 8
  %.22 = load i64, ptr %.9, align 8
  %.23 = add i64 %.22, 1
  store atomic i64 %.23, ptr %.9 seq_cst, align 8
  %.28 = getelementptr i8, ptr %.9, i64 24
  %.29 = load i64, ptr %.28, align 8
  %.66 = add i64 %arg.control, 648
  %0 = tail call i64 @llvm.smax.i64(i64 %.29, i64 1)
  %smax = add i64 %0, -1
  br label %B310

B310:                                             ; preds = %B312, %entry
  %.36.0 = phi i64 [ 0, %entry ], [ %.52, %B312 ]
  %exitcond.not = icmp eq i64 %.36.0, %smax
  br i1 %exitcond.not, label %B526, label %B312

B312:                                             ; preds = %B310
  %.52 = add i64 %.36.0, 1
  %.54 = shl i64 %.36.0, 7
  %.68 = add i64 %.66, %.54
  %.69 = inttoptr i64 %.68 to ptr
  %.70 = load atomic i64, ptr %.69 seq_cst, align 8
  %.71.not = icmp eq i64 %.70, 0
  br i1 %.71.not, label %B310, label %B442

common.ret:                                       ; preds = %B602.i, %B260.i, %B442
  %storemerge = phi i64 [ -2, %B442 ], [ 0, %B260.i ], [ 0, %B602.i ]
  store i64 %storemerge, ptr %retptr, align 8
  ret void

B442:                                             ; preds = %B312
  %.75 = getelementptr i8, ptr %.9, i64 32
  store i64 1, ptr %.75, align 8
  br label %common.ret

B526:                                             ; preds = %B310
  %.8.i = getelementptr i8, ptr %.9, i64 32
  store i64 0, ptr %.8.i, align 8
  %.13.i = load i64, ptr %.10, align 8
  %.18.i = load i64, ptr %.28, align 8
  %.21.not.i = icmp eq i64 %.13.i, 0
  br i1 %.21.not.i, label %B260.i, label %B174.i

B174.i:                                           ; preds = %B526
  %.26.i = load i64, ptr %.14, align 8
  %.30.i = inttoptr i64 %.13.i to ptr
  tail call void %.30.i(i64 %arg.control, i64 %.26.i, i64 0, i64 %.18.i)
  br label %B260.i

B260.i:                                           ; preds = %B174.i, %B526
  %.36.i = load i64, ptr %.9, align 8
  %.6413.i = icmp sgt i64 %.18.i, 1
  br i1 %.6413.i, label %B346.lr.ph.i, label %common.ret

B346.lr.ph.i:                                     ; preds = %B260.i
  %.74.i = add i64 %arg.control, 640
  %.10.i.i = getelementptr i8, ptr %.9, i64 408
  %.15.i.i = getelementptr i8, ptr %.9, i64 424
  %.7.i.i.i = getelementptr i8, ptr %.9, i64 384
  %.11.i.i.i = getelementptr i8, ptr %.9, i64 392
  %.25.i.i = getelementptr i8, ptr %.9, i64 416
  br label %B346.i

B346.i:                                           ; preds = %B602.i, %B346.lr.ph.i
  %.6115.i = phi i64 [ 1, %B346.lr.ph.i ], [ %.61.i, %B602.i ]
  %.45.014.i = phi i64 [ 0, %B346.lr.ph.i ], [ %.6115.i, %B602.i ]
  %.63.i = shl i64 %.45.014.i, 7
  %.76.i = add i64 %.74.i, %.63.i
  %.82.i = inttoptr i64 %.76.i to ptr
  %.83.i = load atomic i64, ptr %.82.i acquire, align 8
  %.85.not.i = icmp eq i64 %.83.i, %.36.i
  br i1 %.85.not.i, label %B602.i, label %B490.i

B490.i:                                           ; preds = %B346.i, %wait.exit.i
  %spins.0.i = phi i64 [ %.116.i, %wait.exit.i ], [ 0, %B346.i ]
  %.11.i.i = load i64, ptr %.10.i.i, align 8
  %.16.i.i = load i64, ptr %.15.i.i, align 8
  %.18.i.i = icmp sgt i64 %spins.0.i, %.16.i.i
  %.21.i.i = icmp ne i64 %.11.i.i, 0
  %or.cond.i.i = select i1 %.18.i.i, i1 %.21.i.i, i1 false
  br i1 %or.cond.i.i, label %B128.i.i, label %B212.i.i

B128.i.i:                                         ; preds = %B490.i
  %.26.i.i = load i64, ptr %.25.i.i, align 8
  %.28.i.i = inttoptr i64 %.11.i.i to ptr
  tail call void %.28.i.i(i64 %.26.i.i)
  br label %wait.exit.i

B212.i.i:                                         ; preds = %B490.i
  %.8.i.i.i = load i64, ptr %.7.i.i.i, align 8
  %.12.i.i.i = load i64, ptr %.11.i.i.i, align 8
  %.13.i.i.i = icmp sgt i64 %spins.0.i, %.12.i.i.i
  %.16.i.i.i = icmp ne i64 %.8.i.i.i, 0
  %or.cond.i.i.i = select i1 %.13.i.i.i, i1 %.16.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B162.i.i.i

B128.i.i.i:                                       ; preds = %B212.i.i
  %.19.i.i.i = inttoptr i64 %.8.i.i.i to ptr
  tail call void %.19.i.i.i()
  br label %wait.exit.i

B162.i.i.i:                                       ; preds = %B212.i.i
  tail call void @graphc_pause()
  br label %wait.exit.i

wait.exit.i: ; preds = %B162.i.i.i, %B128.i.i.i, %B128.i.i
  %.116.i = add i64 %spins.0.i, 1
  %.122.i = load atomic i64, ptr %.82.i acquire, align 8
  %.124.not.i = icmp eq i64 %.122.i, %.36.i
  br i1 %.124.not.i, label %B602.i, label %B490.i

B602.i:                                           ; preds = %wait.exit.i, %B346.i
  %.61.i = add i64 %.6115.i, 1
  %exitcond.not.i = icmp eq i64 %.61.i, %.18.i
  br i1 %exitcond.not.i, label %common.ret, label %B346.i
}

define internal fastcc void @walk(ptr %retptr, i64 %arg.control, i64 %arg.step, i64 %arg.thread, i64 %arg.threads) {
entry:
  %.11 = inttoptr i64 %arg.step to ptr
  %.20 = getelementptr i8, ptr %.11, i64 8
  %.21 = load i64, ptr %.20, align 8
  %.4816 = icmp sgt i64 %.21, 0
  br i1 %.4816, label %B190.lr.ph, label %common.ret

B190.lr.ph:                                       ; preds = %entry
  %.16 = getelementptr i8, ptr %.11, i64 24
  %.17 = load i64, ptr %.16, align 8
  %.13 = load i64, ptr %.11, align 8
  %.13.i = icmp eq i64 %arg.threads, 1
  %.26.i = add i64 %arg.control, 256
  %.27.i = inttoptr i64 %.26.i to ptr
  %.32.i = add i64 %arg.control, 128
  %.33.i = inttoptr i64 %.32.i to ptr
  %.36.i = add i64 %arg.threads, -1
  %.9.i.i = inttoptr i64 %arg.control to ptr
  %.10.i.i = getelementptr i8, ptr %.9.i.i, i64 408
  %.15.i.i = getelementptr i8, ptr %.9.i.i, i64 424
  %.7.i.i.i = getelementptr i8, ptr %.9.i.i, i64 384
  %.11.i.i.i = getelementptr i8, ptr %.9.i.i, i64 392
  %.25.i.i = getelementptr i8, ptr %.9.i.i, i64 416
  %.46.i = add i64 %arg.control, 264
  %.48.i = inttoptr i64 %.17 to ptr
  %.54.i = inttoptr i64 %.46.i to ptr
  %.104 = icmp sgt i64 %arg.threads, 1
  %.120 = icmp eq i64 %arg.thread, 0
  %.152 = getelementptr i8, ptr %.48.i, i64 8
  br label %B190

B190:                                             ; preds = %B190.lr.ph, %B832
  %.4518 = phi i64 [ 1, %B190.lr.ph ], [ %.45, %B832 ]
  %record.017 = phi i64 [ %.13, %B190.lr.ph ], [ %.157, %B832 ]
  %.57 = inttoptr i64 %record.017 to ptr
  %.58 = getelementptr i8, ptr %.57, i64 16
  %.59 = load i64, ptr %.58, align 8
  %.62 = and i64 %.59, 2
  %.63.not = icmp eq i64 %.62, 0
  br i1 %.63.not, label %B324, label %B274

B274:                                             ; preds = %B190
  br i1 %.13.i, label %B16.i, label %B78.i

B16.i:                                            ; preds = %B274
  %.17.i = load atomic i64, ptr %.48.i acquire, align 8
  %.20.i = load atomic i64, ptr %.48.i acquire, align 8
  %.21.i = or i64 %.20.i, %.17.i
  br label %meet.exit

B78.i:                                            ; preds = %B274
  %.28.i = load atomic i64, ptr %.27.i acquire, align 8
  %.34.i = atomicrmw add ptr %.33.i, i64 1 acq_rel, align 8
  %.37.i = icmp eq i64 %.34.i, %.36.i
  br i1 %.37.i, label %B218.i, label %B476.i

B218.i:                                           ; preds = %B78.i
  store i64 0, ptr %.33.i, align 8
  %.49.i = load atomic i64, ptr %.48.i acquire, align 8
  %.52.i = load atomic i64, ptr %.48.i acquire, align 8
  %.53.i = or i64 %.52.i, %.49.i
  store i64 %.53.i, ptr %.54.i, align 8
  %.60.i = add i64 %.28.i, 1
  store atomic i64 %.60.i, ptr %.27.i release, align 8
  br label %B662.i

B476.i:                                           ; preds = %B78.i
  %.69.i = load atomic i64, ptr %.27.i acquire, align 8
  %.71.i = icmp eq i64 %.69.i, %.28.i
  br i1 %.71.i, label %B550.i, label %B662.i

B550.i:                                           ; preds = %B476.i, %wait.exit.i
  %spins.0.i = phi i64 [ %.102.i, %wait.exit.i ], [ 0, %B476.i ]
  %.11.i.i = load i64, ptr %.10.i.i, align 8
  %.16.i.i = load i64, ptr %.15.i.i, align 8
  %.18.i.i = icmp sgt i64 %spins.0.i, %.16.i.i
  %.21.i.i = icmp ne i64 %.11.i.i, 0
  %or.cond.i.i = select i1 %.18.i.i, i1 %.21.i.i, i1 false
  br i1 %or.cond.i.i, label %B128.i.i, label %B212.i.i

B128.i.i:                                         ; preds = %B550.i
  %.26.i.i = load i64, ptr %.25.i.i, align 8
  %.28.i.i = inttoptr i64 %.11.i.i to ptr
  tail call void %.28.i.i(i64 %.26.i.i)
  br label %wait.exit.i

B212.i.i:                                         ; preds = %B550.i
  %.8.i.i.i = load i64, ptr %.7.i.i.i, align 8
  %.12.i.i.i = load i64, ptr %.11.i.i.i, align 8
  %.13.i.i.i = icmp sgt i64 %spins.0.i, %.12.i.i.i
  %.16.i.i.i = icmp ne i64 %.8.i.i.i, 0
  %or.cond.i.i.i = select i1 %.13.i.i.i, i1 %.16.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B162.i.i.i

B128.i.i.i:                                       ; preds = %B212.i.i
  %.19.i.i.i = inttoptr i64 %.8.i.i.i to ptr
  tail call void %.19.i.i.i()
  br label %wait.exit.i

B162.i.i.i:                                       ; preds = %B212.i.i
  tail call void @graphc_pause()
  br label %wait.exit.i

wait.exit.i: ; preds = %B162.i.i.i, %B128.i.i.i, %B128.i.i
  %.102.i = add i64 %spins.0.i, 1
  %.108.i = load atomic i64, ptr %.27.i acquire, align 8
  %.110.i = icmp eq i64 %.108.i, %.28.i
  br i1 %.110.i, label %B550.i, label %B662.i

B662.i:                                           ; preds = %wait.exit.i, %B476.i, %B218.i
  %.116.i = load i64, ptr %.54.i, align 8
  br label %meet.exit

meet.exit: ; preds = %B16.i, %B662.i
  %storemerge.i = phi i64 [ %.116.i, %B662.i ], [ %.21.i, %B16.i ]
  %.95.not = icmp eq i64 %storemerge.i, 0
  br i1 %.95.not, label %B324, label %common.ret

common.ret:                                       ; preds = %meet.exit, %B832, %entry
  %storemerge = phi i64 [ 0, %entry ], [ 0, %B832 ], [ 1, %meet.exit ]
  store i64 %storemerge, ptr %retptr, align 8
  ret void

B324:                                             ; preds = %meet.exit, %B190
  %.100 = and i64 %.59, 1
  %.101 = icmp ne i64 %.100, 0
  %or.cond = select i1 %.101, i1 %.104, i1 false
  br i1 %or.cond, label %B366, label %B500

B366:                                             ; preds = %B324
  %.109 = load i64, ptr %.57, align 8
  %.112 = getelementptr i8, ptr %.57, i64 8
  %.113 = load i64, ptr %.112, align 8
  %.116 = inttoptr i64 %.109 to ptr
  tail call void %.116(i64 %.113, i64 %arg.thread, i64 %arg.threads)
  br label %B832

B500:                                             ; preds = %B324
  br i1 %.120, label %B512, label %B832

B512:                                             ; preds = %B500
  %.124 = load i64, ptr %.48.i, align 8
  %.125 = icmp eq i64 %.124, 0
  br i1 %.125, label %B550, label %B832

B550:                                             ; preds = %B512
  %.130 = load i64, ptr %.57, align 8
  %.133 = getelementptr i8, ptr %.57, i64 8
  %.134 = load i64, ptr %.133, align 8
  %.135 = inttoptr i64 %.130 to ptr
  tail call void %.135(i64 %.134, i64 0, i64 1)
  %.138 = and i64 %.59, 4
  %.139.not = icmp eq i64 %.138, 0
  br i1 %.139.not, label %B832, label %B712

B712:                                             ; preds = %B550
  %.143 = load i64, ptr %.48.i, align 8
  %.144.not = icmp eq i64 %.143, 0
  br i1 %.144.not, label %B832, label %B750

B750:                                             ; preds = %B712
  %.148 = getelementptr i8, ptr %.57, i64 24
  %.149 = load i64, ptr %.148, align 8
  store i64 %.149, ptr %.152, align 8
  br label %B832

B832:                                             ; preds = %B750, %B712, %B550, %B512, %B500, %B366
  %.157 = add i64 %record.017, 32
  %.45 = add i64 %.4518, 1
  %exitcond.not = icmp eq i64 %.4518, %.21
  br i1 %exitcond.not, label %common.ret, label %B190
}

declare void @llvm.memcpy.p0.p0.i64(ptr , ptr , i64, i1 )

define i64 @graphc_worker(i64 %a0, i64 %a1) {
  %.9.i = shl i64 %a1, 7
  %.11.i = add i64 %a0, 512
  %.13.i = add i64 %.11.i, %.9.i
  %.17.i = add i64 %.13.i, 8
  %.18.i = inttoptr i64 %.17.i to ptr
  store atomic i64 0, ptr %.18.i seq_cst, align 8
  %.23.i = inttoptr i64 %.13.i to ptr
  %.24.i = load i64, ptr %.23.i, align 8
  %.31.i = inttoptr i64 %a0 to ptr
  %.38.i = getelementptr i8, ptr %.31.i, i64 8
  %.49.i = getelementptr i8, ptr %.31.i, i64 16
  %.53.i = getelementptr i8, ptr %.31.i, i64 24
  %.76.i = getelementptr i8, ptr %.31.i, i64 400
  %.7.i.i = getelementptr i8, ptr %.31.i, i64 384
  %.11.i.i = getelementptr i8, ptr %.31.i, i64 392
  br label %B204.i.outer.outer

B204.i.outer.outer:                               ; preds = %0, %B482.i
  %seen.0.i.ph.ph = phi i64 [ %.24.i, %0 ], [ %.42.i, %B482.i ]
  br label %B204.i.outer

B204.i.outer:                                     ; preds = %B204.i.outer.outer, %relax.exit.i
  %spins.0.i.ph = phi i64 [ %.110.i, %relax.exit.i ], [ 0, %B204.i.outer.outer ]
  br label %B204.i

B204.i:                                           ; preds = %B204.i.outer, %B810.i
  %.32.i = load atomic i64, ptr %.31.i acquire, align 8
  %.34.not.i = icmp eq i64 %.32.i, %seen.0.i.ph.ph
  br i1 %.34.not.i, label %B568.i, label %B274.i

B274.i:                                           ; preds = %B204.i
  %.39.i = load i64, ptr %.38.i, align 8
  %.42.i = add i64 %seen.0.i.ph.ph, 1
  %.45.not.i = icmp eq i64 %.39.i, 0
  br i1 %.45.not.i, label %B482.thread.i, label %B482.i

B482.thread.i:                                    ; preds = %B274.i
  store atomic i64 %.42.i, ptr %.23.i release, align 8
  br label %worker.exit

B482.i:                                           ; preds = %B274.i
  %.50.i = load i64, ptr %.49.i, align 8
  %.54.i = load i64, ptr %.53.i, align 8
  %.58.i = inttoptr i64 %.39.i to ptr
  tail call void %.58.i(i64 %a0, i64 %.50.i, i64 %a1, i64 %.54.i)
  store atomic i64 %.42.i, ptr %.23.i release, align 8
  br label %B204.i.outer.outer

B568.i:                                           ; preds = %B204.i
  %.77.i = load i64, ptr %.76.i, align 8
  %.79.i = icmp slt i64 %spins.0.i.ph, %.77.i
  br i1 %.79.i, label %B628.i, label %B672.i

B628.i:                                           ; preds = %B568.i
  %.8.i.i = load i64, ptr %.7.i.i, align 8
  %.12.i.i = load i64, ptr %.11.i.i, align 8
  %.13.i.i = icmp sgt i64 %spins.0.i.ph, %.12.i.i
  %.16.i.i = icmp ne i64 %.8.i.i, 0
  %or.cond.i.i = select i1 %.13.i.i, i1 %.16.i.i, i1 false
  br i1 %or.cond.i.i, label %B128.i.i, label %B162.i.i

B128.i.i:                                         ; preds = %B628.i
  %.19.i.i = inttoptr i64 %.8.i.i to ptr
  tail call void %.19.i.i()
  br label %relax.exit.i

B162.i.i:                                         ; preds = %B628.i
  tail call void @graphc_pause()
  br label %relax.exit.i

relax.exit.i: ; preds = %B162.i.i, %B128.i.i
  %.110.i = add i64 %spins.0.i.ph, 1
  br label %B204.i.outer

B672.i:                                           ; preds = %B568.i
  store atomic i64 1, ptr %.18.i seq_cst, align 8
  %.122.i = load atomic i64, ptr %.31.i seq_cst, align 8
  %.124.i = icmp eq i64 %.122.i, %seen.0.i.ph.ph
  br i1 %.124.i, label %worker.exit, label %B810.i

B810.i:                                           ; preds = %B672.i
  store atomic i64 0, ptr %.18.i seq_cst, align 8
  br label %B204.i

worker.exit: ; preds = %B672.i, %B482.thread.i
  %storemerge.i = phi i64 [ 1, %B482.thread.i ], [ 0, %B672.i ]
  ret i64 %storemerge.i
}

define i64 @graphc_launch(i64 %a0, i64 %a1, i64 %a2) {
  %answer = alloca i64, align 8
  call fastcc void @launch(ptr %answer, i64 %a0, i64 %a1, i64 %a2)
  %value = load i64, ptr %answer, align 8
  ret i64 %value
}

define i64 @graphc_finish(i64 %a0) {
  %.7.i = inttoptr i64 %a0 to ptr
  %.8.i = getelementptr i8, ptr %.7.i, i64 32
  store i64 0, ptr %.8.i, align 8
  %.12.i = getelementptr i8, ptr %.7.i, i64 8
  %.13.i = load i64, ptr %.12.i, align 8
  %.17.i = getelementptr i8, ptr %.7.i, i64 24
  %.18.i = load i64, ptr %.17.i, align 8
  %.21.not.i = icmp eq i64 %.13.i, 0
  br i1 %.21.not.i, label %B260.i, label %B174.i

B174.i:                                           ; preds = %0
  %.25.i = getelementptr i8, ptr %.7.i, i64 16
  %.26.i = load i64, ptr %.25.i, align 8
  %.30.i = inttoptr i64 %.13.i to ptr
  tail call void %.30.i(i64 %a0, i64 %.26.i, i64 0, i64 %.18.i)
  br label %B260.i

B260.i:                                           ; preds = %B174.i, %0
  %.36.i = load i64, ptr %.7.i, align 8
  %.6413.i = icmp sgt i64 %.18.i, 1
  br i1 %.6413.i, label %B346.lr.ph.i, label %finish.exit

B346.lr.ph.i:                                     ; preds = %B260.i
  %.74.i = add i64 %a0, 640
  %.10.i.i = getelementptr i8, ptr %.7.i, i64 408
  %.15.i.i = getelementptr i8, ptr %.7.i, i64 424
  %.7.i.i.i = getelementptr i8, ptr %.7.i, i64 384
  %.11.i.i.i = getelementptr i8, ptr %.7.i, i64 392
  %.25.i.i = getelementptr i8, ptr %.7.i, i64 416
  br label %B346.i

B346.i:                                           ; preds = %B602.i, %B346.lr.ph.i
  %.6115.i = phi i64 [ 1, %B346.lr.ph.i ], [ %.61.i, %B602.i ]
  %.45.014.i = phi i64 [ 0, %B346.lr.ph.i ], [ %.6115.i, %B602.i ]
  %.63.i = shl i64 %.45.014.i, 7
  %.76.i = add i64 %.74.i, %.63.i
  %.82.i = inttoptr i64 %.76.i to ptr
  %.83.i = load atomic i64, ptr %.82.i acquire, align 8
  %.85.not.i = icmp eq i64 %.83.i, %.36.i
  br i1 %.85.not.i, label %B602.i, label %B490.i

B490.i:                                           ; preds = %B346.i, %wait.exit.i
  %spins.0.i = phi i64 [ %.116.i, %wait.exit.i ], [ 0, %B346.i ]
  %.11.i.i = load i64, ptr %.10.i.i, align 8
  %.16.i.i = load i64, ptr %.15.i.i, align 8
  %.18.i.i = icmp sgt i64 %spins.0.i, %.16.i.i
  %.21.i.i = icmp ne i64 %.11.i.i, 0
  %or.cond.i.i = select i1 %.18.i.i, i1 %.21.i.i, i1 false
  br i1 %or.cond.i.i, label %B128.i.i, label %B212.i.i

B128.i.i:                                         ; preds = %B490.i
  %.26.i.i = load i64, ptr %.25.i.i, align 8
  %.28.i.i = inttoptr i64 %.11.i.i to ptr
  tail call void %.28.i.i(i64 %.26.i.i)
  br label %wait.exit.i

B212.i.i:                                         ; preds = %B490.i
  %.8.i.i.i = load i64, ptr %.7.i.i.i, align 8
  %.12.i.i.i = load i64, ptr %.11.i.i.i, align 8
  %.13.i.i.i = icmp sgt i64 %spins.0.i, %.12.i.i.i
  %.16.i.i.i = icmp ne i64 %.8.i.i.i, 0
  %or.cond.i.i.i = select i1 %.13.i.i.i, i1 %.16.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B162.i.i.i

B128.i.i.i:                                       ; preds = %B212.i.i
  %.19.i.i.i = inttoptr i64 %.8.i.i.i to ptr
  tail call void %.19.i.i.i()
  br label %wait.exit.i

B162.i.i.i:                                       ; preds = %B212.i.i
  tail call void @graphc_pause()
  br label %wait.exit.i

wait.exit.i: ; preds = %B162.i.i.i, %B128.i.i.i, %B128.i.i
  %.116.i = add i64 %spins.0.i, 1
  %.122.i = load atomic i64, ptr %.82.i acquire, align 8
  %.124.not.i = icmp eq i64 %.122.i, %.36.i
  br i1 %.124.not.i, label %B602.i, label %B490.i

B602.i:                                           ; preds = %wait.exit.i, %B346.i
  %.61.i = add i64 %.6115.i, 1
  %exitcond.not.i = icmp eq i64 %.61.i, %.18.i
  br i1 %exitcond.not.i, label %finish.exit, label %B346.i

finish.exit: ; preds = %B602.i, %B260.i
  ret i64 0
}

define i64 @graphc_enter(i64 %a0, i64 %a1) {
  %.156.i = alloca i64, align 8
  store i64 0, ptr %.156.i, align 8
  %.9.not.i = icmp eq i64 %a1, 0
  %.pre.i = inttoptr i64 %a0 to ptr
  br i1 %.9.not.i, label %B80.i, label %B16.i

B16.i:                                            ; preds = %0
  %.10.i.i = getelementptr i8, ptr %.pre.i, i64 64
  %.11.i.i = load i64, ptr %.10.i.i, align 8
  %.15.i.i = getelementptr i8, ptr %.pre.i, i64 56
  %.16.i.i = load i64, ptr %.15.i.i, align 8
  %.20.i.i = add i64 %.11.i.i, %a1
  %.21.i.i = inttoptr i64 %.20.i.i to ptr
  %.22.i.i = load i64, ptr %.21.i.i, align 8
  %.24.not.i.i = icmp eq i64 %.22.i.i, %.16.i.i
  br i1 %.24.not.i.i, label %B156.i.i, label %enter.exit

B156.i.i:                                         ; preds = %B16.i
  %.6719.i.i = icmp sgt i64 %.16.i.i, 0
  br i1 %.6719.i.i, label %B300.lr.ph.i.i, label %B80.i

B300.lr.ph.i.i:                                   ; preds = %B156.i.i
  %.37.i.i = getelementptr i8, ptr %.pre.i, i64 48
  %.38.i.i = load i64, ptr %.37.i.i, align 8
  %.30.i.i = getelementptr i8, ptr %.pre.i, i64 72
  %.31.i.i = load i64, ptr %.30.i.i, align 8
  %.33.i.i = add i64 %.31.i.i, %a1
  %.76.i.i = inttoptr i64 %.33.i.i to ptr
  br label %B300.i.i

B300.i.i:                                         ; preds = %B930.i.i, %B300.lr.ph.i.i
  %.6422.i.i = phi i64 [ 1, %B300.lr.ph.i.i ], [ %.64.i.i, %B930.i.i ]
  %record.021.i.i = phi i64 [ %.38.i.i, %B300.lr.ph.i.i ], [ %.200.i.i, %B930.i.i ]
  %.47.020.i.i = phi i64 [ 0, %B300.lr.ph.i.i ], [ %.6422.i.i, %B930.i.i ]
  %.77.i.i = getelementptr i64, ptr %.76.i.i, i64 %.47.020.i.i
  %.78.i.i = load i64, ptr %.77.i.i, align 8
  %.82.i.i = add i64 %.78.i.i, %.11.i.i
  %.83.i.i = add i64 %.82.i.i, -8
  %.84.i.i = inttoptr i64 %.83.i.i to ptr
  %.85.i.i = load i64, ptr %.84.i.i, align 8
  %.87.i.i = inttoptr i64 %record.021.i.i to ptr
  %.89.i.i = load i64, ptr %.87.i.i, align 8
  %.90.not.i.i = icmp eq i64 %.85.i.i, %.89.i.i
  br i1 %.90.not.i.i, label %B438.i.i, label %enter.exit

B438.i.i:                                         ; preds = %B300.i.i
  %.100.i.i = getelementptr i8, ptr %.87.i.i, i64 16
  %.101.i.i = load i64, ptr %.100.i.i, align 8
  %.104.i.i = inttoptr i64 %.82.i.i to ptr
  %.105.i.i = getelementptr i8, ptr %.104.i.i, i64 40
  %.106.i.i = load i64, ptr %.105.i.i, align 8
  %.109.i.i = getelementptr i8, ptr %.87.i.i, i64 8
  %.110.i.i = load i64, ptr %.109.i.i, align 8
  %.111.not.i.i = icmp eq i64 %.106.i.i, %.110.i.i
  br i1 %.111.not.i.i, label %B588.i.i, label %enter.exit

B588.i.i:                                         ; preds = %B438.i.i
  %.114.i.i = add i64 %.82.i.i, 8
  %.115.i.i = inttoptr i64 %.114.i.i to ptr
  %.116.i.i = load i32, ptr %.115.i.i, align 4
  %.117.i.i = zext i32 %.116.i.i to i64
  %.119.not.i.i = icmp eq i64 %.101.i.i, %.117.i.i
  br i1 %.119.not.i.i, label %B638.i.i, label %enter.exit

B638.i.i:                                         ; preds = %B588.i.i
  %.124.i.i = add i64 %.82.i.i, 48
  %.125.i.i = inttoptr i64 %.124.i.i to ptr
  %.126.i.i = load i32, ptr %.125.i.i, align 4
  %1 = and i32 %.126.i.i, 257
  %.129.not.i.i = icmp eq i32 %1, 257
  br i1 %.129.not.i.i, label %B734.i.i, label %enter.exit

B734.i.i:                                         ; preds = %B638.i.i
  %.135.i.i = getelementptr i8, ptr %.104.i.i, i64 16
  %.136.i.i = load i64, ptr %.135.i.i, align 8
  %.140.i.i = getelementptr i8, ptr %.87.i.i, i64 24
  %.141.i.i = load i64, ptr %.140.i.i, align 8
  %.178.i.i = inttoptr i64 %.136.i.i to ptr
  %.182.i.i = inttoptr i64 %.141.i.i to ptr
  br label %B848.i.i

B848.i.i:                                         ; preds = %B850.i.i, %B734.i.i
  %.150.0.i.i = phi i64 [ 0, %B734.i.i ], [ %.166.i.i, %B850.i.i ]
  %exitcond.not.i.i = icmp eq i64 %.150.0.i.i, %.101.i.i
  br i1 %exitcond.not.i.i, label %B930.i.i, label %B850.i.i

B850.i.i:                                         ; preds = %B848.i.i
  %.166.i.i = add i64 %.150.0.i.i, 1
  %.179.i.i = getelementptr i64, ptr %.178.i.i, i64 %.150.0.i.i
  %.180.i.i = load i64, ptr %.179.i.i, align 8
  %.183.i.i = getelementptr i64, ptr %.182.i.i, i64 %.150.0.i.i
  %.184.i.i = load i64, ptr %.183.i.i, align 8
  %.185.not.i.i = icmp eq i64 %.180.i.i, %.184.i.i
  br i1 %.185.not.i.i, label %B848.i.i, label %enter.exit

B930.i.i:                                         ; preds = %B848.i.i
  %.193.i.i = load i64, ptr %.104.i.i, align 8
  %.196.i.i = getelementptr i8, ptr %.87.i.i, i64 48
  store i64 %.193.i.i, ptr %.196.i.i, align 8
  %.200.i.i = add i64 %record.021.i.i, 56
  %.64.i.i = add i64 %.6422.i.i, 1
  %exitcond23.not.i.i = icmp eq i64 %.6422.i.i, %.16.i.i
  br i1 %exitcond23.not.i.i, label %B80.i, label %B300.i.i

B80.i:                                            ; preds = %B930.i.i, %B156.i.i, %0
  %.50.i = getelementptr i8, ptr %.pre.i, i64 56
  %.51.i = load i64, ptr %.50.i, align 8
  %.7734.i = icmp sgt i64 %.51.i, 0
  br i1 %.7734.i, label %B212.preheader.i, label %B282.i

B212.preheader.i:                                 ; preds = %B80.i
  %.45.i = getelementptr i8, ptr %.pre.i, i64 48
  %.46.i = load i64, ptr %.45.i, align 8
  br label %B212.i

B212.i:                                           ; preds = %set_slots.exit.i, %B212.preheader.i
  %.7436.i = phi i64 [ %.74.i, %set_slots.exit.i ], [ 1, %B212.preheader.i ]
  %record.035.i = phi i64 [ %.112.i, %set_slots.exit.i ], [ %.46.i, %B212.preheader.i ]
  %.5.i.i = inttoptr i64 %record.035.i to ptr
  %.6.i.i = getelementptr i8, ptr %.5.i.i, i64 48
  %.7.i.i = load i64, ptr %.6.i.i, align 8
  %.14.i.i = getelementptr i8, ptr %.5.i.i, i64 40
  %.15.i14.i = load i64, ptr %.14.i.i, align 8
  %.411.i.i = icmp sgt i64 %.15.i14.i, 0
  br i1 %.411.i.i, label %B188.lr.ph.i.i, label %set_slots.exit.i

B188.lr.ph.i.i:                                   ; preds = %B212.i
  %.10.i15.i = getelementptr i8, ptr %.5.i.i, i64 32
  %.11.i16.i = load i64, ptr %.10.i15.i, align 8
  %.50.i.i = inttoptr i64 %.11.i16.i to ptr
  br label %B188.i.i

B188.i.i:                                         ; preds = %B188.i.i, %B188.lr.ph.i.i
  %.22.02.i.i = phi i64 [ 0, %B188.lr.ph.i.i ], [ %.38.i17.i, %B188.i.i ]
  %.38.i17.i = add i64 %.22.02.i.i, 1
  %.51.i.i = getelementptr i64, ptr %.50.i.i, i64 %.22.02.i.i
  %.52.i.i = load i64, ptr %.51.i.i, align 8
  %.54.i.i = inttoptr i64 %.52.i.i to ptr
  store i64 %.7.i.i, ptr %.54.i.i, align 8
  %exitcond.not.i18.i = icmp eq i64 %.38.i17.i, %.15.i14.i
  br i1 %exitcond.not.i18.i, label %set_slots.exit.i, label %B188.i.i

set_slots.exit.i: ; preds = %B188.i.i, %B212.i
  %.112.i = add i64 %record.035.i, 56
  %.74.i = add i64 %.7436.i, 1
  %exitcond.not.i = icmp eq i64 %.7436.i, %.51.i
  br i1 %exitcond.not.i, label %B282.i, label %B212.i

B282.i:                                           ; preds = %set_slots.exit.i, %B80.i
  %.117.i = getelementptr i8, ptr %.pre.i, i64 16
  %.118.i = load i64, ptr %.117.i, align 8
  %.119.i = icmp eq i64 %.118.i, 1
  br i1 %.119.i, label %B342.i, label %B380.i

B342.i:                                           ; preds = %B282.i
  %.20.i20.i = getelementptr i8, ptr %.pre.i, i64 8
  %.21.i21.i = load i64, ptr %.20.i20.i, align 8
  %.4816.i.i = icmp sgt i64 %.21.i21.i, 0
  br i1 %.4816.i.i, label %B190.lr.ph.i.i, label %B562.i

B190.lr.ph.i.i:                                   ; preds = %B342.i
  %.16.i22.i = getelementptr i8, ptr %.pre.i, i64 24
  %.17.i.i = load i64, ptr %.16.i22.i, align 8
  %.13.i.i = load i64, ptr %.pre.i, align 8
  %.48.i.i.i = inttoptr i64 %.17.i.i to ptr
  %.152.i.i = getelementptr i8, ptr %.48.i.i.i, i64 8
  br label %B190.i.i

B190.i.i:                                         ; preds = %B832.i.i, %B190.lr.ph.i.i
  %.4518.i.i = phi i64 [ 1, %B190.lr.ph.i.i ], [ %.45.i.i, %B832.i.i ]
  %record.017.i.i = phi i64 [ %.13.i.i, %B190.lr.ph.i.i ], [ %.157.i.i, %B832.i.i ]
  %.57.i.i = inttoptr i64 %record.017.i.i to ptr
  %.58.i.i = getelementptr i8, ptr %.57.i.i, i64 16
  %.59.i.i = load i64, ptr %.58.i.i, align 8
  %.62.i.i = and i64 %.59.i.i, 2
  %.63.not.i.i = icmp eq i64 %.62.i.i, 0
  br i1 %.63.not.i.i, label %B324.ithread-pre-split.i, label %B274.i.i

B274.i.i:                                         ; preds = %B190.i.i
  %.17.i.i.i = load atomic i64, ptr %.48.i.i.i acquire, align 8
  %.20.i.i.i = load atomic i64, ptr %.48.i.i.i acquire, align 8
  %.21.i.i.i = or i64 %.20.i.i.i, %.17.i.i.i
  %.95.not.i.i = icmp eq i64 %.21.i.i.i, 0
  br i1 %.95.not.i.i, label %B324.i.i, label %B562.i

B324.ithread-pre-split.i:                         ; preds = %B190.i.i
  %.124.i25.pr.i = load i64, ptr %.48.i.i.i, align 8
  br label %B324.i.i

B324.i.i:                                         ; preds = %B324.ithread-pre-split.i, %B274.i.i
  %.124.i25.i = phi i64 [ %.124.i25.pr.i, %B324.ithread-pre-split.i ], [ %.20.i.i.i, %B274.i.i ]
  %.125.i26.i = icmp eq i64 %.124.i25.i, 0
  br i1 %.125.i26.i, label %B550.i.i, label %B832.i.i

B550.i.i:                                         ; preds = %B324.i.i
  %.130.i.i = load i64, ptr %.57.i.i, align 8
  %.133.i.i = getelementptr i8, ptr %.57.i.i, i64 8
  %.134.i.i = load i64, ptr %.133.i.i, align 8
  %.135.i28.i = inttoptr i64 %.130.i.i to ptr
  tail call void %.135.i28.i(i64 %.134.i.i, i64 0, i64 1)
  %.138.i.i = and i64 %.59.i.i, 4
  %.139.not.i.i = icmp eq i64 %.138.i.i, 0
  br i1 %.139.not.i.i, label %B832.i.i, label %B712.i.i

B712.i.i:                                         ; preds = %B550.i.i
  %.143.i.i = load i64, ptr %.48.i.i.i, align 8
  %.144.not.i.i = icmp eq i64 %.143.i.i, 0
  br i1 %.144.not.i.i, label %B832.i.i, label %B750.i.i

B750.i.i:                                         ; preds = %B712.i.i
  %.148.i.i = getelementptr i8, ptr %.57.i.i, i64 24
  %.149.i.i = load i64, ptr %.148.i.i, align 8
  store i64 %.149.i.i, ptr %.152.i.i, align 8
  br label %B832.i.i

B832.i.i:                                         ; preds = %B750.i.i, %B712.i.i, %B550.i.i, %B324.i.i
  %.157.i.i = add i64 %record.017.i.i, 32
  %.45.i.i = add i64 %.4518.i.i, 1
  %exitcond.not.i27.i = icmp eq i64 %.4518.i.i, %.21.i21.i
  br i1 %exitcond.not.i27.i, label %B562.i, label %B190.i.i

B380.i:                                           ; preds = %B282.i
  %.149.i = getelementptr i8, ptr %.pre.i, i64 32
  %.150.i = load i64, ptr %.149.i, align 8
  %.153.i = getelementptr i8, ptr %.pre.i, i64 40
  %.154.i = load i64, ptr %.153.i, align 8
  store i64 0, ptr %.156.i, align 8
  call fastcc void @launch(ptr %.156.i, i64 %.150.i, i64 %.154.i, i64 %a0)
  %.170.i = load i64, ptr %.156.i, align 8
  %.180.not.i = icmp eq i64 %.170.i, 0
  br i1 %.180.not.i, label %B562.i, label %enter.exit

B562.i:                                           ; preds = %B832.i.i, %B274.i.i, %B380.i, %B342.i
  %.186.i = getelementptr i8, ptr %.pre.i, i64 24
  %.187.i = load i64, ptr %.186.i, align 8
  %.188.i = inttoptr i64 %.187.i to ptr
  %.189.i = load i64, ptr %.188.i, align 8
  br label %enter.exit

enter.exit: ; preds = %B300.i.i, %B438.i.i, %B588.i.i, %B638.i.i, %B850.i.i, %B16.i, %B380.i, %B562.i
  %.189.sink.i = phi i64 [ %.189.i, %B562.i ], [ -1, %B16.i ], [ -2, %B380.i ], [ -1, %B850.i.i ], [ -1, %B638.i.i ], [ -1, %B588.i.i ], [ -1, %B438.i.i ], [ -1, %B300.i.i ]
  ret i64 %.189.sink.i
}

define void @graphc_step_body(i64 %a0, i64 %a1, i64 %a2, i64 %a3) {
  %.8.i = alloca i64, align 8
  call fastcc void @walk(ptr %.8.i, i64 %a0, i64 %a1, i64 %a2, i64 %a3)
  ret void
}

define void @graphc_epoch_body(i64 %a0, i64 %a1, i64 %a2, i64 %a3) {
  %.168.i = alloca i64, align 8
  store i64 0, ptr %.168.i, align 8
  %.13.i = inttoptr i64 %a1 to ptr
  %.14.i = getelementptr i8, ptr %.13.i, i64 16
  %.15.i = load i64, ptr %.14.i, align 8
  %.49199.i = icmp sgt i64 %.15.i, 0
  br i1 %.49199.i, label %B142.lr.ph.i, label %epoch_body.exit

B142.lr.ph.i:                                     ; preds = %0
  %.19.i = getelementptr i8, ptr %.13.i, i64 56
  %.20.i = load i64, ptr %.19.i, align 8
  %.65.i = getelementptr i8, ptr %.13.i, i64 24
  %.70.i = add i64 %.15.i, -1
  %.76.i = getelementptr i8, ptr %.13.i, i64 8
  %.87.i = getelementptr i8, ptr %.13.i, i64 32
  %.17.i.i = getelementptr i8, ptr %.13.i, i64 40
  %.21.i.i = getelementptr i8, ptr %.13.i, i64 64
  %.28.i.i = add i64 %a3, -1
  %.32.i.i = icmp ne i64 %a3, 0
  %.44.i.i = icmp ne i64 %a3, -1
  %.180.i.i = icmp eq i64 %a2, 0
  %.130.i = icmp sgt i64 %a3, 1
  %.26.i40.i = add i64 %a0, 256
  %.27.i.i = inttoptr i64 %.26.i40.i to ptr
  %.32.i42.i = add i64 %a0, 128
  %.33.i.i = inttoptr i64 %.32.i42.i to ptr
  %.9.i.i.i = inttoptr i64 %a0 to ptr
  %.10.i.i44.i = getelementptr i8, ptr %.9.i.i.i, i64 408
  %.15.i.i45.i = getelementptr i8, ptr %.9.i.i.i, i64 424
  %.7.i.i.i.i = getelementptr i8, ptr %.9.i.i.i, i64 384
  %.11.i.i.i.i = getelementptr i8, ptr %.9.i.i.i, i64 392
  %.25.i.i.i = getelementptr i8, ptr %.9.i.i.i, i64 416
  %.46.i.i = add i64 %a0, 264
  %.54.i.i = inttoptr i64 %.46.i.i to ptr
  %.13.i55.i = icmp eq i64 %a3, 1
  %.51.i107.i = inttoptr i64 %.20.i to ptr
  %.16.i119.i = getelementptr i8, ptr %.13.i, i64 80
  %.12.i121.i = getelementptr i8, ptr %.13.i, i64 72
  %.263.i = getelementptr i8, ptr %.13.i, i64 48
  %.280.i = getelementptr i8, ptr %.13.i, i64 88
  br label %B142.i

B142.i:                                           ; preds = %B142.i.backedge, %B142.lr.ph.i
  %.46201.i = phi i64 [ 1, %B142.lr.ph.i ], [ %.46201.i.be, %B142.i.backedge ]
  %.29.0200.i = phi i64 [ 0, %B142.lr.ph.i ], [ %.46201.i, %B142.i.backedge ]
  %.61.i = load i64, ptr %.13.i, align 8
  %.66.i = load i64, ptr %.65.i, align 8
  %.72.i = icmp eq i64 %.29.0200.i, %.70.i
  br i1 %.72.i, label %B270.i, label %B438.i

B270.i:                                           ; preds = %B142.i
  %.77.i = load i64, ptr %.76.i, align 8
  %.78.not.i = icmp eq i64 %.77.i, 0
  br i1 %.78.not.i, label %B438.i, label %B330.i

B330.i:                                           ; preds = %B270.i
  %.88.i = load i64, ptr %.87.i, align 8
  br label %B438.i

B438.i:                                           ; preds = %B330.i, %B270.i, %B142.i
  %.72.not.i.i = phi i1 [ false, %B330.i ], [ true, %B270.i ], [ true, %B142.i ]
  %rows.0.i = phi i64 [ %.88.i, %B330.i ], [ %.66.i, %B270.i ], [ %.66.i, %B142.i ]
  %step.0.i = phi i64 [ %.77.i, %B330.i ], [ %.61.i, %B270.i ], [ %.61.i, %B142.i ]
  %.93.i = inttoptr i64 %step.0.i to ptr
  %.94.i = getelementptr i8, ptr %.93.i, i64 24
  %.95.i = load i64, ptr %.94.i, align 8
  %.18.i.i = load i64, ptr %.17.i.i, align 8
  %.22.i.i = load i64, ptr %.21.i.i, align 8
  %.25.i.i = getelementptr i8, ptr %.93.i, i64 48
  %.26.i.i = load i64, ptr %.25.i.i, align 8
  %.29.i.i = add i64 %rows.0.i, %.28.i.i
  %.43.i.i = icmp ne i64 %.29.i.i, -9223372036854775808
  %.45.not.i.i = or i1 %.44.i.i, %.43.i.i
  %or.cond.i = select i1 %.32.i.i, i1 %.45.not.i.i, i1 false
  br i1 %or.cond.i, label %B0.else.if.i.i, label %B0.endif.i.i

B390.i.i:                                         ; preds = %B390.lr.ph.i.i, %B758.i.i
  %.10524.i.i = phi i64 [ 1, %B390.lr.ph.i.i ], [ %.105.i.i, %B758.i.i ]
  %feed.023.i.i = phi i64 [ %.22.i.i, %B390.lr.ph.i.i ], [ %.237.i.i, %B758.i.i ]
  %record.022.i.i = phi i64 [ %.26.i.i, %B390.lr.ph.i.i ], [ %.233.i.i, %B758.i.i ]
  %.117.i.i = inttoptr i64 %feed.023.i.i to ptr
  %.119.i.i = load i64, ptr %.117.i.i, align 8
  %.123.i.i = getelementptr i8, ptr %.117.i.i, i64 8
  %.124.i.i = load i64, ptr %.123.i.i, align 8
  %.128.i.i = getelementptr i8, ptr %.117.i.i, i64 16
  %.129.i.i = load i64, ptr %.128.i.i, align 8
  %.136.not.i.i = icmp eq i64 %.129.i.i, 0
  br i1 %.136.not.i.i, label %B634.i.i, label %B570.i.i

B570.i.i:                                         ; preds = %B390.i.i
  %.140.i.i = mul i64 %.124.i.i, %.73.i.i
  %.142.i.i = add i64 %.129.i.i, %.140.i.i
  switch i64 %.124.i.i, label %B328.i.i.i [
    i64 8, label %B16.i.i.i
    i64 4, label %B178.i.i.i
  ]

B16.i.i.i:                                        ; preds = %B570.i.i
  br i1 %.16126.i.i.i, label %B50.i.i.i, label %B634.i.i

B50.i.i.i:                                        ; preds = %B16.i.i.i, %B50.i.i.i
  %target.025.i.i.i = phi i64 [ %.69.i.i.i, %B50.i.i.i ], [ %.142.i.i, %B16.i.i.i ]
  %.27.024.i.i.i = phi i64 [ %.43.i.i.i, %B50.i.i.i ], [ 0, %B16.i.i.i ]
  %.43.i.i.i = add i64 %.27.024.i.i.i, 1
  %.58.i.i.i = getelementptr i64, ptr %2, i64 %.27.024.i.i.i
  %.59.i.i.i = load i64, ptr %.58.i.i.i, align 8
  %.60.i.i.i = shl i64 %.59.i.i.i, 3
  %.62.i.i.i = add i64 %.60.i.i.i, %.119.i.i
  %.63.i.i.i = inttoptr i64 %.62.i.i.i to ptr
  %.64.i.i.i = load i64, ptr %.63.i.i.i, align 8
  %.66.i.i.i = inttoptr i64 %target.025.i.i.i to ptr
  store i64 %.64.i.i.i, ptr %.66.i.i.i, align 8
  %.69.i.i.i = add i64 %target.025.i.i.i, 8
  %exitcond29.not.i.i.i = icmp eq i64 %.43.i.i.i, %.145.i.i.i
  br i1 %exitcond29.not.i.i.i, label %B634.i.i, label %B50.i.i.i

B178.i.i.i:                                       ; preds = %B570.i.i
  br i1 %.16126.i.i.i, label %B212.i.i.i, label %B634.i.i

B212.i.i.i:                                       ; preds = %B178.i.i.i, %B212.i.i.i
  %target.122.i.i.i = phi i64 [ %.129.i.i.i, %B212.i.i.i ], [ %.142.i.i, %B178.i.i.i ]
  %.85.021.i.i.i = phi i64 [ %.101.i.i.i, %B212.i.i.i ], [ 0, %B178.i.i.i ]
  %.101.i.i.i = add i64 %.85.021.i.i.i, 1
  %.116.i.i.i = getelementptr i64, ptr %2, i64 %.85.021.i.i.i
  %.117.i.i.i = load i64, ptr %.116.i.i.i, align 8
  %.118.i.i.i = shl i64 %.117.i.i.i, 2
  %.120.i.i.i = add i64 %.118.i.i.i, %.119.i.i
  %.121.i.i.i = inttoptr i64 %.120.i.i.i to ptr
  %.122.i.i.i = load i32, ptr %.121.i.i.i, align 4
  %.126.i.i.i = inttoptr i64 %target.122.i.i.i to ptr
  store i32 %.122.i.i.i, ptr %.126.i.i.i, align 4
  %.129.i.i.i = add i64 %target.122.i.i.i, 4
  %exitcond.not.i.i.i = icmp eq i64 %.101.i.i.i, %.145.i.i.i
  br i1 %exitcond.not.i.i.i, label %B634.i.i, label %B212.i.i.i

B328.i.i.i:                                       ; preds = %B570.i.i
  br i1 %.16126.i.i.i, label %B362.i.i.i, label %B634.i.i

B362.i.i.i:                                       ; preds = %B328.i.i.i, %B362.i.i.i
  %target.228.i.i.i = phi i64 [ %.186.i.i.i, %B362.i.i.i ], [ %.142.i.i, %B328.i.i.i ]
  %.142.027.i.i.i = phi i64 [ %.158.i.i.i, %B362.i.i.i ], [ 0, %B328.i.i.i ]
  %.158.i.i.i = add i64 %.142.027.i.i.i, 1
  %.173.i.i.i = getelementptr i64, ptr %2, i64 %.142.027.i.i.i
  %.174.i.i.i = load i64, ptr %.173.i.i.i, align 8
  %.176.i.i.i = mul i64 %.174.i.i.i, %.124.i.i
  %.178.i.i.i = add i64 %.176.i.i.i, %.119.i.i
  %.181.i.i.i = inttoptr i64 %target.228.i.i.i to ptr
  %.182.i.i.i = inttoptr i64 %.178.i.i.i to ptr
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %.181.i.i.i, ptr align 1 %.182.i.i.i, i64 %.124.i.i, i1 false)
  %.186.i.i.i = add i64 %target.228.i.i.i, %.124.i.i
  %exitcond30.not.i.i.i = icmp eq i64 %.158.i.i.i, %.145.i.i.i
  br i1 %exitcond30.not.i.i.i, label %B634.i.i, label %B362.i.i.i

B634.i.i:                                         ; preds = %B212.i.i.i, %B50.i.i.i, %B362.i.i.i, %B328.i.i.i, %B178.i.i.i, %B16.i.i.i, %B390.i.i
  br i1 %.180.i.i, label %B646.i.i, label %B758.i.i

B646.i.i:                                         ; preds = %B634.i.i
  %.194.i.i = mul i64 %.124.i.i, %.133.i.i
  %.196.i.i = add i64 %.194.i.i, %.119.i.i
  %"$phi712.5.0.i.i" = select i1 %.136.not.i.i, i64 %.196.i.i, i64 %.129.i.i
  %.202.i.i = inttoptr i64 %record.022.i.i to ptr
  %.203.i.i = getelementptr i8, ptr %.202.i.i, i64 48
  store i64 %"$phi712.5.0.i.i", ptr %.203.i.i, align 8
  %.14.i.i.i = getelementptr i8, ptr %.202.i.i, i64 40
  %.15.i.i.i = load i64, ptr %.14.i.i.i, align 8
  %.411.i.i.i = icmp sgt i64 %.15.i.i.i, 0
  br i1 %.411.i.i.i, label %B188.lr.ph.i.i.i, label %B758.i.i

B188.lr.ph.i.i.i:                                 ; preds = %B646.i.i
  %.10.i.i.i = getelementptr i8, ptr %.202.i.i, i64 32
  %.11.i.i.i = load i64, ptr %.10.i.i.i, align 8
  %.50.i.i.i = inttoptr i64 %.11.i.i.i to ptr
  br label %B188.i.i.i

B188.i.i.i:                                       ; preds = %B188.i.i.i, %B188.lr.ph.i.i.i
  %.22.02.i.i.i = phi i64 [ 0, %B188.lr.ph.i.i.i ], [ %.38.i.i.i, %B188.i.i.i ]
  %.38.i.i.i = add i64 %.22.02.i.i.i, 1
  %.51.i.i.i = getelementptr i64, ptr %.50.i.i.i, i64 %.22.02.i.i.i
  %.52.i.i.i = load i64, ptr %.51.i.i.i, align 8
  %.54.i.i.i = inttoptr i64 %.52.i.i.i to ptr
  store i64 %"$phi712.5.0.i.i", ptr %.54.i.i.i, align 8
  %exitcond.not.i18.i.i = icmp eq i64 %.38.i.i.i, %.15.i.i.i
  br i1 %exitcond.not.i18.i.i, label %B758.i.i, label %B188.i.i.i

B758.i.i:                                         ; preds = %B188.i.i.i, %B646.i.i, %B634.i.i
  %.233.i.i = add i64 %record.022.i.i, 56
  %.237.i.i = add i64 %feed.023.i.i, 24
  %.105.i.i = add i64 %.10524.i.i, 1
  %exitcond.not.i.i = icmp eq i64 %.10524.i.i, %.82.i.i
  br i1 %exitcond.not.i.i, label %stage.exit.i, label %B390.i.i

B0.endif.i.i:                                     ; preds = %B0.else.if.i.i, %B438.i
  %quot.0.i.i = phi i64 [ 0, %B438.i ], [ %.37.1.i.i, %B0.else.if.i.i ]
  %.71.i.i = mul i64 %quot.0.i.i, %a2
  %.73.i.i = tail call i64 @llvm.smin.i64(i64 %.71.i.i, i64 %rows.0.i)
  %.81.i.i = getelementptr i8, ptr %.93.i, i64 56
  %.82.i.i = load i64, ptr %.81.i.i, align 8
  %.10821.i.i = icmp sgt i64 %.82.i.i, 0
  br i1 %.10821.i.i, label %B390.lr.ph.i.i, label %stage.exit.i

B390.lr.ph.i.i:                                   ; preds = %B0.endif.i.i
  %.76.i.i = add i64 %.73.i.i, %quot.0.i.i
  %.78.i.i = tail call i64 @llvm.smin.i64(i64 %.76.i.i, i64 %rows.0.i)
  %.133.i.i = mul i64 %.66.i, %.29.0200.i
  %.145.i.i.i = sub i64 %.78.i.i, %.73.i.i
  %.16126.i.i.i = icmp sgt i64 %.145.i.i.i, 0
  %.115.i.i.i = inttoptr i64 %.18.i.i to ptr
  %1 = getelementptr i64, ptr %.115.i.i.i, i64 %.73.i.i
  %2 = getelementptr i64, ptr %1, i64 %.133.i.i
  br label %B390.i.i

B0.else.if.i.i:                                   ; preds = %B438.i
  %.48.i.i = sdiv i64 %.29.i.i, %a3
  %.49.i.i = srem i64 %.29.i.i, %a3
  %.50.i.i = xor i64 %.49.i.i, %a3
  %.51.i.i = icmp slt i64 %.50.i.i, 0
  %.52.i.i = icmp ne i64 %.49.i.i, 0
  %.53.i.i = and i1 %.52.i.i, %.51.i.i
  %.58.i.i = sext i1 %.53.i.i to i64
  %.37.1.i.i = add i64 %.48.i.i, %.58.i.i
  br label %B0.endif.i.i

stage.exit.i: ; preds = %B758.i.i, %B0.endif.i.i
  br i1 %.130.i, label %B78.i.i, label %B592.i

B78.i.i:                                          ; preds = %stage.exit.i
  %.28.i41.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.34.i.i = atomicrmw add ptr %.33.i.i, i64 1 acq_rel, align 8
  %.37.i.i = icmp eq i64 %.34.i.i, %.28.i.i
  br i1 %.37.i.i, label %B218.i.i, label %B476.i.i

B218.i.i:                                         ; preds = %B78.i.i
  store i64 0, ptr %.33.i.i, align 8
  %.48.i48.i = inttoptr i64 %.95.i to ptr
  %.49.i49.i = load atomic i64, ptr %.48.i48.i acquire, align 8
  %.52.i51.i = load atomic i64, ptr %.48.i48.i acquire, align 8
  %.53.i52.i = or i64 %.52.i51.i, %.49.i49.i
  store i64 %.53.i52.i, ptr %.54.i.i, align 8
  %.60.i.i = add i64 %.28.i41.i, 1
  store atomic i64 %.60.i.i, ptr %.27.i.i release, align 8
  br label %meet.exit.i

B476.i.i:                                         ; preds = %B78.i.i
  %.69.i.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.71.i43.i = icmp eq i64 %.69.i.i, %.28.i41.i
  br i1 %.71.i43.i, label %B550.i.i, label %meet.exit.i

B550.i.i:                                         ; preds = %B476.i.i, %wait.exit.i.i
  %spins.0.i.i = phi i64 [ %.102.i.i, %wait.exit.i.i ], [ 0, %B476.i.i ]
  %.11.i.i46.i = load i64, ptr %.10.i.i44.i, align 8
  %.16.i.i.i = load i64, ptr %.15.i.i45.i, align 8
  %.18.i.i.i = icmp sgt i64 %spins.0.i.i, %.16.i.i.i
  %.21.i.i.i = icmp ne i64 %.11.i.i46.i, 0
  %or.cond.i.i.i = select i1 %.18.i.i.i, i1 %.21.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B212.i.i47.i

B128.i.i.i:                                       ; preds = %B550.i.i
  %.26.i.i.i = load i64, ptr %.25.i.i.i, align 8
  %.28.i.i.i = inttoptr i64 %.11.i.i46.i to ptr
  tail call void %.28.i.i.i(i64 %.26.i.i.i)
  br label %wait.exit.i.i

B212.i.i47.i:                                     ; preds = %B550.i.i
  %.8.i.i.i.i = load i64, ptr %.7.i.i.i.i, align 8
  %.12.i.i.i.i = load i64, ptr %.11.i.i.i.i, align 8
  %.13.i.i.i.i = icmp sgt i64 %spins.0.i.i, %.12.i.i.i.i
  %.16.i.i.i.i = icmp ne i64 %.8.i.i.i.i, 0
  %or.cond.i.i.i.i = select i1 %.13.i.i.i.i, i1 %.16.i.i.i.i, i1 false
  br i1 %or.cond.i.i.i.i, label %B128.i.i.i.i, label %B162.i.i.i.i

B128.i.i.i.i:                                     ; preds = %B212.i.i47.i
  %.19.i.i.i.i = inttoptr i64 %.8.i.i.i.i to ptr
  tail call void %.19.i.i.i.i()
  br label %wait.exit.i.i

B162.i.i.i.i:                                     ; preds = %B212.i.i47.i
  tail call void @graphc_pause()
  br label %wait.exit.i.i

wait.exit.i.i: ; preds = %B162.i.i.i.i, %B128.i.i.i.i, %B128.i.i.i
  %.102.i.i = add i64 %spins.0.i.i, 1
  %.108.i.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.110.i.i = icmp eq i64 %.108.i.i, %.28.i41.i
  br i1 %.110.i.i, label %B550.i.i, label %meet.exit.i

meet.exit.i: ; preds = %wait.exit.i.i, %B476.i.i, %B218.i.i
  %.116.i.i = load i64, ptr %.54.i.i, align 8
  %.160.not.i = icmp eq i64 %.116.i.i, 0
  br i1 %.160.not.i, label %B592.i, label %epoch_body.exit

B592.i:                                           ; preds = %meet.exit.i, %stage.exit.i
  store i64 0, ptr %.168.i, align 8
  call fastcc void @walk(ptr %.168.i, i64 %a0, i64 %step.0.i, i64 %a2, i64 %a3)
  %.182.i = load i64, ptr %.168.i, align 8
  %.192.not.i = icmp eq i64 %.182.i, 0
  br i1 %.192.not.i, label %B642.i, label %epoch_body.exit

B642.i:                                           ; preds = %B592.i
  br i1 %.13.i55.i, label %B16.i112.i, label %B78.i56.i

B16.i112.i:                                       ; preds = %B642.i
  %.16.i113.i = inttoptr i64 %.95.i to ptr
  %.17.i114.i = load atomic i64, ptr %.16.i113.i acquire, align 8
  %.20.i116.i = load atomic i64, ptr %.51.i107.i acquire, align 8
  %.21.i117.i = or i64 %.20.i116.i, %.17.i114.i
  br label %meet.exit118.i

B78.i56.i:                                        ; preds = %B642.i
  %.28.i59.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.34.i62.i = atomicrmw add ptr %.33.i.i, i64 1 acq_rel, align 8
  %.37.i64.i = icmp eq i64 %.34.i62.i, %.28.i.i
  br i1 %.37.i64.i, label %B218.i103.i, label %B476.i65.i

B218.i103.i:                                      ; preds = %B78.i56.i
  store i64 0, ptr %.33.i.i, align 8
  %.48.i105.i = inttoptr i64 %.95.i to ptr
  %.49.i106.i = load atomic i64, ptr %.48.i105.i acquire, align 8
  %.52.i108.i = load atomic i64, ptr %.51.i107.i acquire, align 8
  %.53.i109.i = or i64 %.52.i108.i, %.49.i106.i
  store i64 %.53.i109.i, ptr %.54.i.i, align 8
  %.60.i111.i = add i64 %.28.i59.i, 1
  store atomic i64 %.60.i111.i, ptr %.27.i.i release, align 8
  br label %B662.i68.i

B476.i65.i:                                       ; preds = %B78.i56.i
  %.69.i66.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.71.i67.i = icmp eq i64 %.69.i66.i, %.28.i59.i
  br i1 %.71.i67.i, label %B550.i80.i, label %B662.i68.i

B550.i80.i:                                       ; preds = %B476.i65.i, %wait.exit.i94.i
  %spins.0.i81.i = phi i64 [ %.102.i95.i, %wait.exit.i94.i ], [ 0, %B476.i65.i ]
  %.11.i.i82.i = load i64, ptr %.10.i.i44.i, align 8
  %.16.i.i83.i = load i64, ptr %.15.i.i45.i, align 8
  %.18.i.i84.i = icmp sgt i64 %spins.0.i81.i, %.16.i.i83.i
  %.21.i.i85.i = icmp ne i64 %.11.i.i82.i, 0
  %or.cond.i.i86.i = select i1 %.18.i.i84.i, i1 %.21.i.i85.i, i1 false
  br i1 %or.cond.i.i86.i, label %B128.i.i100.i, label %B212.i.i87.i

B128.i.i100.i:                                    ; preds = %B550.i80.i
  %.26.i.i101.i = load i64, ptr %.25.i.i.i, align 8
  %.28.i.i102.i = inttoptr i64 %.11.i.i82.i to ptr
  tail call void %.28.i.i102.i(i64 %.26.i.i101.i)
  br label %wait.exit.i94.i

B212.i.i87.i:                                     ; preds = %B550.i80.i
  %.8.i.i.i88.i = load i64, ptr %.7.i.i.i.i, align 8
  %.12.i.i.i89.i = load i64, ptr %.11.i.i.i.i, align 8
  %.13.i.i.i90.i = icmp sgt i64 %spins.0.i81.i, %.12.i.i.i89.i
  %.16.i.i.i91.i = icmp ne i64 %.8.i.i.i88.i, 0
  %or.cond.i.i.i92.i = select i1 %.13.i.i.i90.i, i1 %.16.i.i.i91.i, i1 false
  br i1 %or.cond.i.i.i92.i, label %B128.i.i.i98.i, label %B162.i.i.i93.i

B128.i.i.i98.i:                                   ; preds = %B212.i.i87.i
  %.19.i.i.i99.i = inttoptr i64 %.8.i.i.i88.i to ptr
  tail call void %.19.i.i.i99.i()
  br label %wait.exit.i94.i

B162.i.i.i93.i:                                   ; preds = %B212.i.i87.i
  tail call void @graphc_pause()
  br label %wait.exit.i94.i

wait.exit.i94.i: ; preds = %B162.i.i.i93.i, %B128.i.i.i98.i, %B128.i.i100.i
  %.102.i95.i = add i64 %spins.0.i81.i, 1
  %.108.i96.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.110.i97.i = icmp eq i64 %.108.i96.i, %.28.i59.i
  br i1 %.110.i97.i, label %B550.i80.i, label %B662.i68.i

B662.i68.i:                                       ; preds = %wait.exit.i94.i, %B476.i65.i, %B218.i103.i
  %.116.i71.i = load i64, ptr %.54.i.i, align 8
  br label %meet.exit118.i

meet.exit118.i: ; preds = %B662.i68.i, %B16.i112.i
  %storemerge.i72.i = phi i64 [ %.116.i71.i, %B662.i68.i ], [ %.21.i117.i, %B16.i112.i ]
  br i1 %.180.i.i, label %B690.i, label %B850.i

B690.i:                                           ; preds = %meet.exit118.i
  %.229.i = inttoptr i64 %.95.i to ptr
  %.230.i = load i64, ptr %.229.i, align 8
  %.231.i = icmp eq i64 %.230.i, 0
  br i1 %.231.i, label %B728.i, label %B850.i

B728.i:                                           ; preds = %B690.i
  %.17.i120.i = load i64, ptr %.16.i119.i, align 8
  %.449.i.i = icmp sgt i64 %.17.i120.i, 0
  br i1 %.449.i.i, label %B138.lr.ph.i.i, label %keep_outputs.exit.i

B138.lr.ph.i.i:                                   ; preds = %B728.i
  %.13.i122.i = load i64, ptr %.12.i121.i, align 8
  br label %B138.i.i

B138.i.i:                                         ; preds = %B632.i.i, %B138.lr.ph.i.i
  %.4111.i.i = phi i64 [ 1, %B138.lr.ph.i.i ], [ %.41.i.i, %B632.i.i ]
  %output.010.i.i = phi i64 [ %.13.i122.i, %B138.lr.ph.i.i ], [ %.115.i131.i, %B632.i.i ]
  %.53.i123.i = inttoptr i64 %output.010.i.i to ptr
  %.54.i124.i = getelementptr i8, ptr %.53.i123.i, i64 24
  %.55.i.i = load i64, ptr %.54.i124.i, align 8
  %.59.i.i = getelementptr i8, ptr %.53.i123.i, i64 16
  %.60.i125.i = load i64, ptr %.59.i.i, align 8
  %.63.i.i = mul i64 %.55.i.i, %.29.0200.i
  %.64.i.i = add i64 %.60.i125.i, %.63.i.i
  br i1 %.72.not.i.i, label %B424.i.i, label %B320.i.i

B320.i.i:                                         ; preds = %B138.i.i
  %.76.i126.i = getelementptr i8, ptr %.53.i123.i, i64 8
  %.81.i127.i = getelementptr i8, ptr %.53.i123.i, i64 32
  %.82.i128.i = load i64, ptr %.81.i127.i, align 8
  br label %B424.i.i

B424.i.i:                                         ; preds = %B320.i.i, %B138.i.i
  %count.0.i.i = phi i64 [ %.82.i128.i, %B320.i.i ], [ %.55.i.i, %B138.i.i ]
  %source.0.in.i.i = phi ptr [ %.76.i126.i, %B320.i.i ], [ %.53.i123.i, %B138.i.i ]
  %.87.i.i = getelementptr i8, ptr %.53.i123.i, i64 40
  %.88.i.i = load i64, ptr %.87.i.i, align 8
  %.91.not.i.i = icmp eq i64 %.88.i.i, 0
  br i1 %.91.not.i.i, label %B632.i.i, label %B488.i.i

B488.i.i:                                         ; preds = %B424.i.i
  %.96.i.i = load i64, ptr %.25.i.i, align 8
  %3 = mul i64 %.88.i.i, 56
  %.100.i.i = add i64 %3, -56
  %.101.i.i = add i64 %.100.i.i, %.96.i.i
  %.102.i129.i = inttoptr i64 %.101.i.i to ptr
  %.103.i.i = getelementptr i8, ptr %.102.i129.i, i64 48
  br label %B632.i.i

B632.i.i:                                         ; preds = %B488.i.i, %B424.i.i
  %source.1.in.i.i = phi ptr [ %.103.i.i, %B488.i.i ], [ %source.0.in.i.i, %B424.i.i ]
  %source.1.i.i = load i64, ptr %source.1.in.i.i, align 8
  %.110.i130.i = inttoptr i64 %.64.i.i to ptr
  %.111.i.i = inttoptr i64 %source.1.i.i to ptr
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %.110.i130.i, ptr align 1 %.111.i.i, i64 %count.0.i.i, i1 false)
  %.115.i131.i = add i64 %output.010.i.i, 48
  %.41.i.i = add i64 %.4111.i.i, 1
  %exitcond.not.i132.i = icmp eq i64 %.4111.i.i, %.17.i120.i
  br i1 %exitcond.not.i132.i, label %keep_outputs.exit.i, label %B138.i.i

keep_outputs.exit.i: ; preds = %B632.i.i, %B728.i
  %.264.i = load i64, ptr %.263.i, align 8
  %.267.i = inttoptr i64 %.264.i to ptr
  store atomic i64 %.46201.i, ptr %.267.i release, align 8
  br label %B850.i

B850.i:                                           ; preds = %keep_outputs.exit.i, %B690.i, %meet.exit118.i
  %.271.not.i = icmp eq i64 %storemerge.i72.i, 0
  br i1 %.271.not.i, label %B868.i, label %epoch_body.exit

B868.i:                                           ; preds = %B850.i
  br i1 %.130.i, label %B880.i, label %B990.i

B880.i:                                           ; preds = %B868.i
  %.281.i = load i64, ptr %.280.i, align 8
  %.282.not.i = icmp eq i64 %.281.i, 0
  br i1 %.282.not.i, label %B990.i, label %B78.i134.i

B78.i134.i:                                       ; preds = %B880.i
  %.28.i137.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.34.i140.i = atomicrmw add ptr %.33.i.i, i64 1 acq_rel, align 8
  %.37.i142.i = icmp eq i64 %.34.i140.i, %.28.i.i
  br i1 %.37.i142.i, label %B218.i181.i, label %B476.i143.i

B218.i181.i:                                      ; preds = %B78.i134.i
  store i64 0, ptr %.33.i.i, align 8
  %.48.i183.i = inttoptr i64 %.95.i to ptr
  %.49.i184.i = load atomic i64, ptr %.48.i183.i acquire, align 8
  %.52.i186.i = load atomic i64, ptr %.48.i183.i acquire, align 8
  %.53.i187.i = or i64 %.52.i186.i, %.49.i184.i
  store i64 %.53.i187.i, ptr %.54.i.i, align 8
  %.60.i189.i = add i64 %.28.i137.i, 1
  store atomic i64 %.60.i189.i, ptr %.27.i.i release, align 8
  br label %meet.exit196.i

B476.i143.i:                                      ; preds = %B78.i134.i
  %.69.i144.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.71.i145.i = icmp eq i64 %.69.i144.i, %.28.i137.i
  br i1 %.71.i145.i, label %B550.i158.i, label %meet.exit196.i

B550.i158.i:                                      ; preds = %B476.i143.i, %wait.exit.i172.i
  %spins.0.i159.i = phi i64 [ %.102.i173.i, %wait.exit.i172.i ], [ 0, %B476.i143.i ]
  %.11.i.i160.i = load i64, ptr %.10.i.i44.i, align 8
  %.16.i.i161.i = load i64, ptr %.15.i.i45.i, align 8
  %.18.i.i162.i = icmp sgt i64 %spins.0.i159.i, %.16.i.i161.i
  %.21.i.i163.i = icmp ne i64 %.11.i.i160.i, 0
  %or.cond.i.i164.i = select i1 %.18.i.i162.i, i1 %.21.i.i163.i, i1 false
  br i1 %or.cond.i.i164.i, label %B128.i.i178.i, label %B212.i.i165.i

B128.i.i178.i:                                    ; preds = %B550.i158.i
  %.26.i.i179.i = load i64, ptr %.25.i.i.i, align 8
  %.28.i.i180.i = inttoptr i64 %.11.i.i160.i to ptr
  tail call void %.28.i.i180.i(i64 %.26.i.i179.i)
  br label %wait.exit.i172.i

B212.i.i165.i:                                    ; preds = %B550.i158.i
  %.8.i.i.i166.i = load i64, ptr %.7.i.i.i.i, align 8
  %.12.i.i.i167.i = load i64, ptr %.11.i.i.i.i, align 8
  %.13.i.i.i168.i = icmp sgt i64 %spins.0.i159.i, %.12.i.i.i167.i
  %.16.i.i.i169.i = icmp ne i64 %.8.i.i.i166.i, 0
  %or.cond.i.i.i170.i = select i1 %.13.i.i.i168.i, i1 %.16.i.i.i169.i, i1 false
  br i1 %or.cond.i.i.i170.i, label %B128.i.i.i176.i, label %B162.i.i.i171.i

B128.i.i.i176.i:                                  ; preds = %B212.i.i165.i
  %.19.i.i.i177.i = inttoptr i64 %.8.i.i.i166.i to ptr
  tail call void %.19.i.i.i177.i()
  br label %wait.exit.i172.i

B162.i.i.i171.i:                                  ; preds = %B212.i.i165.i
  tail call void @graphc_pause()
  br label %wait.exit.i172.i

wait.exit.i172.i: ; preds = %B162.i.i.i171.i, %B128.i.i.i176.i, %B128.i.i178.i
  %.102.i173.i = add i64 %spins.0.i159.i, 1
  %.108.i174.i = load atomic i64, ptr %.27.i.i acquire, align 8
  %.110.i175.i = icmp eq i64 %.108.i174.i, %.28.i137.i
  br i1 %.110.i175.i, label %B550.i158.i, label %meet.exit196.i

meet.exit196.i: ; preds = %wait.exit.i172.i, %B476.i143.i, %B218.i181.i
  %.116.i149.i = load i64, ptr %.54.i.i, align 8
  %.312.not.i = icmp ne i64 %.116.i149.i, 0
  %exitcond.not.i = icmp eq i64 %.46201.i, %.15.i
  %or.cond206.i = select i1 %.312.not.i, i1 true, i1 %exitcond.not.i
  br i1 %or.cond206.i, label %epoch_body.exit, label %B142.i.backedge

B142.i.backedge:                                  ; preds = %meet.exit196.i, %B990.i
  %.46201.i.be = add i64 %.46201.i, 1
  br label %B142.i

B990.i:                                           ; preds = %B880.i, %B868.i
  %exitcond.not.old.i = icmp eq i64 %.46201.i, %.15.i
  br i1 %exitcond.not.old.i, label %epoch_body.exit, label %B142.i.backedge

epoch_body.exit: ; preds = %meet.exit.i, %B592.i, %B850.i, %meet.exit196.i, %B990.i, %0
  ret void
}

define i64 @graphc_next_task(i64 %a0, i64 %a1, i64 %a2, i64 %a3, i64 %a4) {
  %.15.i = shl i64 %a3, 7
  %.17.i = add i64 %.15.i, %a0
  %.20.i = inttoptr i64 %.17.i to ptr
  %.21.i = getelementptr i8, ptr %.20.i, i64 8
  %.22.i = load i64, ptr %.21.i, align 8
  %.67.i = icmp slt i64 %a1, 0
  br i1 %.67.i, label %B146.else.if.i, label %B218.i

B218.i:                                           ; preds = %B146.else.if.i, %0
  %.14518.i = icmp sgt i64 %a4, 0
  br i1 %.14518.i, label %B254.lr.ph.i, label %B446.i

B254.lr.ph.i:                                     ; preds = %B218.i
  %.35.1.i = shl i64 %.22.i, 3
  %.65.i = and i64 %.35.1.i, 8
  %1 = add i64 %a0, 16
  %.157.i = add i64 %1, %.65.i
  br label %B254.i

B254.i:                                           ; preds = %B418.i, %B254.lr.ph.i
  %.14220.i = phi i64 [ 1, %B254.lr.ph.i ], [ %.142.i, %B418.i ]
  %owner.019.i = phi i64 [ %a3, %B254.lr.ph.i ], [ %spec.select.i, %B418.i ]
  %2 = shl i64 %owner.019.i, 7
  %.159.i = add i64 %.157.i, %2
  %.162.i = inttoptr i64 %.159.i to ptr
  %.163.i = load atomic i64, ptr %.162.i acquire, align 8
  %.165.i = mul i64 %.163.i, %a4
  %.167.i = add i64 %.165.i, %owner.019.i
  %.169.i = icmp slt i64 %.167.i, %a2
  br i1 %.169.i, label %B354.i, label %B418.i

B354.i:                                           ; preds = %B254.i
  %.173.i = atomicrmw add ptr %.162.i, i64 1 acq_rel, align 8
  %.175.i = mul i64 %.173.i, %a4
  %.177.i = add i64 %.175.i, %owner.019.i
  %.181.i = icmp slt i64 %.177.i, %a2
  br i1 %.181.i, label %next_task.exit, label %B418.i

B418.i:                                           ; preds = %B354.i, %B254.i
  %.187.i = add i64 %owner.019.i, 1
  %.191.i = icmp eq i64 %.187.i, %a4
  %spec.select.i = select i1 %.191.i, i64 0, i64 %.187.i
  %.142.i = add i64 %.14220.i, 1
  %exitcond.not.i = icmp eq i64 %.14220.i, %a4
  br i1 %exitcond.not.i, label %B446.i, label %B254.i

B446.i:                                           ; preds = %B418.i, %B218.i
  %.197.i = add i64 %.22.i, 1
  store i64 %.197.i, ptr %.21.i, align 8
  br label %next_task.exit

B146.else.if.i:                                   ; preds = %0
  %3 = and i64 %.22.i, 1
  %.111.i = xor i64 %3, 3
  %.114.i = getelementptr i64, ptr %.20.i, i64 %.111.i
  store i64 0, ptr %.114.i, align 8
  br label %B218.i

next_task.exit: ; preds = %B354.i, %B446.i
  %storemerge.i = phi i64 [ %a2, %B446.i ], [ %.177.i, %B354.i ]
  ret i64 %storemerge.i
}

define ptr @graphc_python_worker(ptr %self, ptr %given, i64 %count) {
  %right = icmp eq i64 %count, 2
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %graphc_worker.exit
  %common.ret.op = phi ptr [ %result, %graphc_worker.exit ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = tail call i64 @PyLong_AsSsize_t(ptr %o1)
  %state = tail call ptr @PyEval_SaveThread()
  %.9.i.i = shl i64 %a1, 7
  %.11.i.i = add i64 %a0, 512
  %.13.i.i = add i64 %.11.i.i, %.9.i.i
  %.17.i.i = add i64 %.13.i.i, 8
  %.18.i.i = inttoptr i64 %.17.i.i to ptr
  store atomic i64 0, ptr %.18.i.i seq_cst, align 8
  %.23.i.i = inttoptr i64 %.13.i.i to ptr
  %.24.i.i = load i64, ptr %.23.i.i, align 8
  %.31.i.i = inttoptr i64 %a0 to ptr
  %.38.i.i = getelementptr i8, ptr %.31.i.i, i64 8
  %.49.i.i = getelementptr i8, ptr %.31.i.i, i64 16
  %.53.i.i = getelementptr i8, ptr %.31.i.i, i64 24
  %.76.i.i = getelementptr i8, ptr %.31.i.i, i64 400
  %.7.i.i.i = getelementptr i8, ptr %.31.i.i, i64 384
  %.11.i.i.i = getelementptr i8, ptr %.31.i.i, i64 392
  br label %B204.i.i.outer.outer

B204.i.i.outer.outer:                             ; preds = %go, %B482.i.i
  %seen.0.i.i.ph.ph = phi i64 [ %.24.i.i, %go ], [ %.42.i.i, %B482.i.i ]
  br label %B204.i.i.outer

B204.i.i.outer:                                   ; preds = %B204.i.i.outer.outer, %relax.exit.i.i
  %spins.0.i.i.ph = phi i64 [ %.110.i.i, %relax.exit.i.i ], [ 0, %B204.i.i.outer.outer ]
  br label %B204.i.i

B204.i.i:                                         ; preds = %B204.i.i.outer, %B810.i.i
  %.32.i.i = load atomic i64, ptr %.31.i.i acquire, align 8
  %.34.not.i.i = icmp eq i64 %.32.i.i, %seen.0.i.i.ph.ph
  br i1 %.34.not.i.i, label %B568.i.i, label %B274.i.i

B274.i.i:                                         ; preds = %B204.i.i
  %.39.i.i = load i64, ptr %.38.i.i, align 8
  %.42.i.i = add i64 %seen.0.i.i.ph.ph, 1
  %.45.not.i.i = icmp eq i64 %.39.i.i, 0
  br i1 %.45.not.i.i, label %B482.thread.i.i, label %B482.i.i

B482.thread.i.i:                                  ; preds = %B274.i.i
  store atomic i64 %.42.i.i, ptr %.23.i.i release, align 8
  br label %graphc_worker.exit

B482.i.i:                                         ; preds = %B274.i.i
  %.50.i.i = load i64, ptr %.49.i.i, align 8
  %.54.i.i = load i64, ptr %.53.i.i, align 8
  %.58.i.i = inttoptr i64 %.39.i.i to ptr
  tail call void %.58.i.i(i64 %a0, i64 %.50.i.i, i64 %a1, i64 %.54.i.i)
  store atomic i64 %.42.i.i, ptr %.23.i.i release, align 8
  br label %B204.i.i.outer.outer

B568.i.i:                                         ; preds = %B204.i.i
  %.77.i.i = load i64, ptr %.76.i.i, align 8
  %.79.i.i = icmp slt i64 %spins.0.i.i.ph, %.77.i.i
  br i1 %.79.i.i, label %B628.i.i, label %B672.i.i

B628.i.i:                                         ; preds = %B568.i.i
  %.8.i.i.i = load i64, ptr %.7.i.i.i, align 8
  %.12.i.i.i = load i64, ptr %.11.i.i.i, align 8
  %.13.i.i.i = icmp sgt i64 %spins.0.i.i.ph, %.12.i.i.i
  %.16.i.i.i = icmp ne i64 %.8.i.i.i, 0
  %or.cond.i.i.i = select i1 %.13.i.i.i, i1 %.16.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B162.i.i.i

B128.i.i.i:                                       ; preds = %B628.i.i
  %.19.i.i.i = inttoptr i64 %.8.i.i.i to ptr
  tail call void %.19.i.i.i()
  br label %relax.exit.i.i

B162.i.i.i:                                       ; preds = %B628.i.i
  tail call void @graphc_pause()
  br label %relax.exit.i.i

relax.exit.i.i: ; preds = %B162.i.i.i, %B128.i.i.i
  %.110.i.i = add i64 %spins.0.i.i.ph, 1
  br label %B204.i.i.outer

B672.i.i:                                         ; preds = %B568.i.i
  store atomic i64 1, ptr %.18.i.i seq_cst, align 8
  %.122.i.i = load atomic i64, ptr %.31.i.i seq_cst, align 8
  %.124.i.i = icmp eq i64 %.122.i.i, %seen.0.i.i.ph.ph
  br i1 %.124.i.i, label %graphc_worker.exit, label %B810.i.i

B810.i.i:                                         ; preds = %B672.i.i
  store atomic i64 0, ptr %.18.i.i seq_cst, align 8
  br label %B204.i.i

graphc_worker.exit:                               ; preds = %B672.i.i, %B482.thread.i.i
  %storemerge.i.i = phi i64 [ 1, %B482.thread.i.i ], [ 0, %B672.i.i ]
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 %storemerge.i.i)
  br label %common.ret
}

declare i64 @PyLong_AsSsize_t(ptr)

declare ptr @PyEval_SaveThread()

declare void @PyEval_RestoreThread(ptr)

declare ptr @PyLong_FromSsize_t(i64)

define ptr @graphc_python_launch(ptr %self, ptr %given, i64 %count) {
  %answer.i = alloca i64, align 8
  %right = icmp eq i64 %count, 3
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %go
  %common.ret.op = phi ptr [ %result, %go ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = tail call i64 @PyLong_AsSsize_t(ptr %o1)
  %p2 = getelementptr i8, ptr %given, i64 16
  %o2 = load ptr, ptr %p2, align 8
  %a2 = tail call i64 @PyLong_AsSsize_t(ptr %o2)
  %state = tail call ptr @PyEval_SaveThread()
  call fastcc void @launch(ptr %answer.i, i64 %a0, i64 %a1, i64 %a2)
  %value.i = load i64, ptr %answer.i, align 8
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 %value.i)
  br label %common.ret
}

define ptr @graphc_python_finish(ptr %self, ptr %given, i64 %count) {
  %right = icmp eq i64 %count, 1
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %graphc_finish.exit
  %common.ret.op = phi ptr [ %result, %graphc_finish.exit ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %state = tail call ptr @PyEval_SaveThread()
  %.7.i.i = inttoptr i64 %a0 to ptr
  %.8.i.i = getelementptr i8, ptr %.7.i.i, i64 32
  store i64 0, ptr %.8.i.i, align 8
  %.12.i.i = getelementptr i8, ptr %.7.i.i, i64 8
  %.13.i.i = load i64, ptr %.12.i.i, align 8
  %.17.i.i = getelementptr i8, ptr %.7.i.i, i64 24
  %.18.i.i = load i64, ptr %.17.i.i, align 8
  %.21.not.i.i = icmp eq i64 %.13.i.i, 0
  br i1 %.21.not.i.i, label %B260.i.i, label %B174.i.i

B174.i.i:                                         ; preds = %go
  %.25.i.i = getelementptr i8, ptr %.7.i.i, i64 16
  %.26.i.i = load i64, ptr %.25.i.i, align 8
  %.30.i.i = inttoptr i64 %.13.i.i to ptr
  tail call void %.30.i.i(i64 %a0, i64 %.26.i.i, i64 0, i64 %.18.i.i)
  br label %B260.i.i

B260.i.i:                                         ; preds = %B174.i.i, %go
  %.36.i.i = load i64, ptr %.7.i.i, align 8
  %.6413.i.i = icmp sgt i64 %.18.i.i, 1
  br i1 %.6413.i.i, label %B346.lr.ph.i.i, label %graphc_finish.exit

B346.lr.ph.i.i:                                   ; preds = %B260.i.i
  %.74.i.i = add i64 %a0, 640
  %.10.i.i.i = getelementptr i8, ptr %.7.i.i, i64 408
  %.15.i.i.i = getelementptr i8, ptr %.7.i.i, i64 424
  %.7.i.i.i.i = getelementptr i8, ptr %.7.i.i, i64 384
  %.11.i.i.i.i = getelementptr i8, ptr %.7.i.i, i64 392
  %.25.i.i.i = getelementptr i8, ptr %.7.i.i, i64 416
  br label %B346.i.i

B346.i.i:                                         ; preds = %B602.i.i, %B346.lr.ph.i.i
  %.6115.i.i = phi i64 [ 1, %B346.lr.ph.i.i ], [ %.61.i.i, %B602.i.i ]
  %.45.014.i.i = phi i64 [ 0, %B346.lr.ph.i.i ], [ %.6115.i.i, %B602.i.i ]
  %.63.i.i = shl i64 %.45.014.i.i, 7
  %.76.i.i = add i64 %.74.i.i, %.63.i.i
  %.82.i.i = inttoptr i64 %.76.i.i to ptr
  %.83.i.i = load atomic i64, ptr %.82.i.i acquire, align 8
  %.85.not.i.i = icmp eq i64 %.83.i.i, %.36.i.i
  br i1 %.85.not.i.i, label %B602.i.i, label %B490.i.i

B490.i.i:                                         ; preds = %B346.i.i, %wait.exit.i.i
  %spins.0.i.i = phi i64 [ %.116.i.i, %wait.exit.i.i ], [ 0, %B346.i.i ]
  %.11.i.i.i = load i64, ptr %.10.i.i.i, align 8
  %.16.i.i.i = load i64, ptr %.15.i.i.i, align 8
  %.18.i.i.i = icmp sgt i64 %spins.0.i.i, %.16.i.i.i
  %.21.i.i.i = icmp ne i64 %.11.i.i.i, 0
  %or.cond.i.i.i = select i1 %.18.i.i.i, i1 %.21.i.i.i, i1 false
  br i1 %or.cond.i.i.i, label %B128.i.i.i, label %B212.i.i.i

B128.i.i.i:                                       ; preds = %B490.i.i
  %.26.i.i.i = load i64, ptr %.25.i.i.i, align 8
  %.28.i.i.i = inttoptr i64 %.11.i.i.i to ptr
  tail call void %.28.i.i.i(i64 %.26.i.i.i)
  br label %wait.exit.i.i

B212.i.i.i:                                       ; preds = %B490.i.i
  %.8.i.i.i.i = load i64, ptr %.7.i.i.i.i, align 8
  %.12.i.i.i.i = load i64, ptr %.11.i.i.i.i, align 8
  %.13.i.i.i.i = icmp sgt i64 %spins.0.i.i, %.12.i.i.i.i
  %.16.i.i.i.i = icmp ne i64 %.8.i.i.i.i, 0
  %or.cond.i.i.i.i = select i1 %.13.i.i.i.i, i1 %.16.i.i.i.i, i1 false
  br i1 %or.cond.i.i.i.i, label %B128.i.i.i.i, label %B162.i.i.i.i

B128.i.i.i.i:                                     ; preds = %B212.i.i.i
  %.19.i.i.i.i = inttoptr i64 %.8.i.i.i.i to ptr
  tail call void %.19.i.i.i.i()
  br label %wait.exit.i.i

B162.i.i.i.i:                                     ; preds = %B212.i.i.i
  tail call void @graphc_pause()
  br label %wait.exit.i.i

wait.exit.i.i: ; preds = %B162.i.i.i.i, %B128.i.i.i.i, %B128.i.i.i
  %.116.i.i = add i64 %spins.0.i.i, 1
  %.122.i.i = load atomic i64, ptr %.82.i.i acquire, align 8
  %.124.not.i.i = icmp eq i64 %.122.i.i, %.36.i.i
  br i1 %.124.not.i.i, label %B602.i.i, label %B490.i.i

B602.i.i:                                         ; preds = %wait.exit.i.i, %B346.i.i
  %.61.i.i = add i64 %.6115.i.i, 1
  %exitcond.not.i.i = icmp eq i64 %.61.i.i, %.18.i.i
  br i1 %exitcond.not.i.i, label %graphc_finish.exit, label %B346.i.i

graphc_finish.exit:                               ; preds = %B602.i.i, %B260.i.i
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 0)
  br label %common.ret
}

define ptr @graphc_python_enter(ptr %self, ptr %given, i64 %count) {
  %right = icmp eq i64 %count, 2
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %go
  %common.ret.op = phi ptr [ %result, %go ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = tail call i64 @PyLong_AsSsize_t(ptr %o1)
  %state = tail call ptr @PyEval_SaveThread()
  %value = tail call i64 @graphc_enter(i64 %a0, i64 %a1)
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 %value)
  br label %common.ret
}

define ptr @graphc_python_call(ptr %self, ptr %given, i64 %count) {
  %right = icmp eq i64 %count, 2
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %go
  %common.ret.op = phi ptr [ %result, %go ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = ptrtoint ptr %o1 to i64
  %state = tail call ptr @PyEval_SaveThread()
  %value = tail call i64 @graphc_enter(i64 %a0, i64 %a1)
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 %value)
  br label %common.ret
}

define ptr @graphc_python_step_body(ptr %self, ptr %given, i64 %count) {
  %.8.i.i = alloca i64, align 8
  %right = icmp eq i64 %count, 4
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %go
  %common.ret.op = phi ptr [ %result, %go ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = tail call i64 @PyLong_AsSsize_t(ptr %o1)
  %p2 = getelementptr i8, ptr %given, i64 16
  %o2 = load ptr, ptr %p2, align 8
  %a2 = tail call i64 @PyLong_AsSsize_t(ptr %o2)
  %p3 = getelementptr i8, ptr %given, i64 24
  %o3 = load ptr, ptr %p3, align 8
  %a3 = tail call i64 @PyLong_AsSsize_t(ptr %o3)
  %state = tail call ptr @PyEval_SaveThread()
  call fastcc void @walk(ptr %.8.i.i, i64 %a0, i64 %a1, i64 %a2, i64 %a3)
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 0)
  br label %common.ret
}

define ptr @graphc_python_epoch_body(ptr %self, ptr %given, i64 %count) {
  %right = icmp eq i64 %count, 4
  br i1 %right, label %go, label %common.ret

common.ret:                                       ; preds = %0, %go
  %common.ret.op = phi ptr [ %result, %go ], [ null, %0 ]
  ret ptr %common.ret.op

go:                                               ; preds = %0
  %o0 = load ptr, ptr %given, align 8
  %a0 = tail call i64 @PyLong_AsSsize_t(ptr %o0)
  %p1 = getelementptr i8, ptr %given, i64 8
  %o1 = load ptr, ptr %p1, align 8
  %a1 = tail call i64 @PyLong_AsSsize_t(ptr %o1)
  %p2 = getelementptr i8, ptr %given, i64 16
  %o2 = load ptr, ptr %p2, align 8
  %a2 = tail call i64 @PyLong_AsSsize_t(ptr %o2)
  %p3 = getelementptr i8, ptr %given, i64 24
  %o3 = load ptr, ptr %p3, align 8
  %a3 = tail call i64 @PyLong_AsSsize_t(ptr %o3)
  %state = tail call ptr @PyEval_SaveThread()
  tail call void @graphc_epoch_body(i64 %a0, i64 %a1, i64 %a2, i64 %a3)
  tail call void @PyEval_RestoreThread(ptr %state)
  %result = tail call ptr @PyLong_FromSsize_t(i64 0)
  br label %common.ret
}

declare i64 @llvm.smin.i64(i64, i64)

declare i64 @llvm.smax.i64(i64, i64)
